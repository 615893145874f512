"""The voices by the names that clients use: a language tag, and a way of speaking after a "+". Pure.

"en-us", "de", "en-us+Annie". All languages are listed, and for English a few variants, so that an application with
several speakers has a choice; every other variant that espeak has goes with every language, listed or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from synth.engines import Voice
from synth.engines.espeak.library import Entry

FIRST = ("en-us", "en-gb")  # the default voice, and those with variants listed
VARIANTS = ("Annie", "Alicia", "belinda", "steph", "f3", "Andy", "Michael", "adam", "m3")  # pitch and timbre differ
UNRANKED = 99


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    entry: Entry
    rank: int  # among those of the same primary language

    @property
    def primary(self) -> str:
        return self.name.split("-", maxsplit=1)[0]


class VoiceTable:
    def __init__(self, voices: Sequence[Entry], variants: Sequence[Entry]) -> None:
        languages = _named(voices)
        self._languages = {language.name: language for language in sorted(languages + _aliases(languages), key=_order)}
        self._primary: dict[str, _Language] = {}
        for language in self._languages.values():
            self._primary.setdefault(language.primary, language)
        self._variants = {variant.identifier.removeprefix("!v/"): variant for variant in variants}
        self.listed = tuple(voice for language in self._languages.values() for voice in self._list(language))

    def find(self, voice: str, language: str) -> str | None:
        """What espeak calls it. A language given speaks with that voice's variant. None: there is no such thing."""
        name, plus, variant = voice.partition("+")
        own = self._languages.get(name)
        if own is None or (plus and variant not in self._variants):
            return None
        spoken = self._speaking(language.lower(), own)
        return f"{spoken.entry.identifier}{plus}{variant}" if spoken else None

    def _speaking(self, language: str, own: _Language) -> _Language | None:
        """A voice keeps its own accent unless another one is asked for that we have: "en" and "en-au" are en-us."""
        if not language or own.name == language or own.name.startswith(f"{language}-"):
            return own
        primary = language.split("-", maxsplit=1)[0]
        return self._languages.get(language) or (own if own.primary == primary else self._primary.get(primary))

    def _list(self, language: _Language) -> list[Voice]:
        name, entry = language.name, language.entry
        plain = Voice(name, name, entry.gender, entry.name.strip())
        variants = [(key, self._variants[key]) for key in VARIANTS if key in self._variants and name in FIRST]
        return [plain] + [
            Voice(f"{name}+{key}", name, variant.gender, f"{entry.name.strip()}, {variant.name}")
            for key, variant in variants
        ]


def _named(voices: Sequence[Entry]) -> list[_Language]:
    """Named by language; by its file when another voice has the language already."""
    named: dict[str, _Language] = {}
    for entry in voices:
        tag = entry.languages[0][0]
        name = entry.identifier.rpartition("/")[2].lower() if tag in named else tag
        named[name] = _Language(name, entry, _rank(name, entry))
    return list(named.values())


def _aliases(languages: list[_Language]) -> list[_Language]:
    """The other two-letter names, where no voice has them: "no" for Norwegian, "zh" for Mandarin."""
    known = {language.primary for language in languages}
    aliases: dict[str, _Language] = {}
    for language in languages:
        for tag, _ in language.entry.languages[1:]:
            if len(tag) == 2 and tag not in known:
                aliases.setdefault(tag, _Language(tag, language.entry, _rank(tag, language.entry)))
    return list(aliases.values())


def _rank(name: str, entry: Entry) -> int:
    return dict(entry.languages).get(name.split("-", maxsplit=1)[0], UNRANKED)


def _order(language: _Language) -> tuple[int, str, int, str]:
    """English first; within a language its main accent first, which is the default of that language."""
    first = FIRST.index(language.name) if language.name in FIRST else len(FIRST) + (language.primary != "en")
    return first, language.primary, language.rank, language.name
