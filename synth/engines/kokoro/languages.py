"""Which languages can be read on this machine, and who reads them."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from types import MappingProxyType

from synth.engines.kokoro.reading import Reader

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"ja": ("fugashi", "jaconv", "mojimoji", "unidic_lite"), "zh": ("cn2an", "jieba", "ordered_set", "pypinyin")}
)
OTHERS = ("es", "fr-fr", "hi", "it", "pt-br")
LANGUAGES = ("en-us", "en-gb", *OTHERS, "ja", "zh")


def missing(language: str) -> list[str]:
    """Packages that reading it needs and that are not installed; the extra `kokoro-ja` or `kokoro-zh` has them."""
    return [package for package in NEEDED.get(language, ()) if find_spec(package) is None]


def spoken_as(tag: str, own: str) -> str | None:
    """Ours for a BCP 47 tag. A voice keeps its own accent unless another one that we have is asked for. None: none."""
    wanted = tag.lower().replace("_", "-")
    if not wanted:
        return own
    if wanted in LANGUAGES:
        return wanted
    primary = wanted.partition("-")[0]
    if primary == own.partition("-")[0]:
        return own
    return next((language for language in LANGUAGES if language.partition("-")[0] == primary), None)


def open_reader(language: str) -> Reader:
    """One of LANGUAGES for which nothing is missing. Takes up to some seconds."""
    if language in ("en-us", "en-gb"):
        from synth.engines.kokoro.reading.english import EnglishReader  # noqa: PLC0415 - only what is spoken is loaded

        return EnglishReader(language)
    return _open_other(language)


def _open_other(language: str) -> Reader:
    from synth.engines.kokoro.reading.clause_reader import ClauseReader  # noqa: PLC0415 - as above

    if language == "ja":
        from synth.engines.kokoro.reading.japanese import JapaneseSpeaker  # noqa: PLC0415

        return ClauseReader(language, JapaneseSpeaker(), open_reader("en-us"))
    if language == "zh":
        from synth.engines.kokoro.reading.chinese import ChineseSpeaker  # noqa: PLC0415

        return ClauseReader(language, ChineseSpeaker(), open_reader("en-us"))
    from synth.engines.kokoro.reading.espeak import EspeakSpeaker  # noqa: PLC0415

    return ClauseReader(language, EspeakSpeaker(language))


class Readers:
    """Lends each reader to one thread at a time; makes another when all are lent."""

    def __init__(self, open_one: Callable[[str], Reader] = open_reader) -> None:
        self._open = open_one
        self._idle: defaultdict[str, deque[Reader]] = defaultdict(deque)

    def warm(self, language: str, count: int) -> None:
        """So many at once can be lent without waiting."""
        for _ in range(count - len(self._idle[language])):
            self._idle[language].append(self._open(language))

    @contextmanager
    def lend(self, language: str) -> Iterator[Reader]:
        try:
            reader = self._idle[language].pop()
        except IndexError:
            reader = self._open(language)
        yield reader
        self._idle[language].append(reader)  # not one that failed: who knows what state it is in
