"""The voices that the workers speak, and how a client's words find one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gateway.core.aliases import Wish, wish_of
from gateway.core.public_names import public_names
from gateway.errors import UnknownVoice, WorkerUnavailable

MAX_NAME = 160  # a mix of eight voices with their weights has 130
NOTHING: Mapping[str, float] = MappingProxyType({})
NO_ALIASES: Mapping[str, str] = MappingProxyType({})
ANY_NAME = "*"  # the alias of every name that nobody knows
BASE = re.compile(r"[+(]")  # ends the first voice of a variant or mix


@dataclass(frozen=True, slots=True)
class Voice:
    """deterministic: the same request gives the same samples, so that a broken segment can be resumed."""

    name: str
    engine: str
    language: str
    gender: str
    display_name: str
    sample_rate: int
    deterministic: bool


class VoiceCatalog:
    """All voices by name. `resolve` is how a client's voice and language become one of them."""

    def __init__(
        self,
        voices: Iterable[Voice],
        default: str = "",
        work: Mapping[str, float] = NOTHING,
        aliases: Mapping[str, str] = NO_ALIASES,
    ) -> None:
        """default: the voice of a client that names neither voice nor language; empty = the first English one.

        work: seconds for a second of audio, by engine, as their workers guess before they have shown it.
        aliases: the operator's other names for voices, which count before any other; "*": every unknown name.
        """
        self.voices = tuple(voices)
        self._by_name = {voice.name: voice for voice in self.voices}
        self._public = public_names(self.voices)
        self._by_public = {self._public[voice.name]: voice for voice in self.voices}
        self._by_language: dict[str, Voice] = {}
        for voice in self.voices:
            self._by_language.setdefault(voice.language.lower(), voice)
        for voice in self.voices:  # a bare "en" finds the first "en-…" when no voice is plainly "en"
            self._by_language.setdefault(voice.language.lower().split("-")[0], voice)
        self._default = default
        self._work = work
        self._aliases = aliases

    def resolve(self, name: str, language: str) -> Voice:
        """The voice of that name, by the operator's alias or by what a vendor calls its own; without a name the
        language's first, else the default.

        Raises UnknownVoice; WorkerUnavailable as long as no worker has said what it speaks.
        """
        if not self.voices:
            raise WorkerUnavailable("no worker is ready yet, so there are no voices")
        name = self._aliases.get(name, name)
        return self._named(name, language) if name else self._unnamed(language)

    def public_name(self, voice: Voice) -> str:
        """`provider:{language}-{Family}-{Name}`, by which `resolve` finds it, too. A variant has that of its base."""
        return self._public.get(voice.name) or self._public[BASE.split(voice.name, maxsplit=1)[0]]

    def work(self, engine: str) -> float:
        """Seconds for a second of audio, as the engine's workers guess; 0: they do not."""
        return self._work.get(engine, 0.0)

    def select(self, *, language: str = "", gender: str = "", engine: str = "") -> list[Voice]:
        """Voices that fit every filter given; "en" fits "en-us" too."""
        wanted = language.lower()
        return [
            voice
            for voice in self.voices
            if (not wanted or voice.language.lower() == wanted or voice.language.lower().startswith(wanted + "-"))
            and gender in ("", voice.gender)
            and engine in ("", voice.engine)
        ]

    def _named(self, name: str, language: str) -> Voice:
        for known in filter(None, (name, self._aliases.get(ANY_NAME))):
            voice = self._find(known)
            if voice is not None:
                return voice
            wish = wish_of(known)
            if wish is not None:
                return self._come_near(wish, language)
        raise UnknownVoice(f"no voice is named {name[:MAX_NAME]!r}")

    def _find(self, name: str) -> Voice | None:
        """A listed voice by either name, or a variant or mix that
        begins with one ("de+f3", "a(2)+b"), for its worker to judge.
        """
        voice = self._by_name.get(name) or self._by_public.get(name)
        if voice is not None:
            return voice
        base = self._by_name.get(BASE.split(name, maxsplit=1)[0])
        return None if base is None or len(name) > MAX_NAME else replace(base, name=name)

    def _unnamed(self, language: str) -> Voice:
        if language:
            return self._speaking(language.lower())
        if self._default:
            default = self._find(self._default)
            if default is None:
                raise UnknownVoice(f"no voice is named {self._default!r}, which is this server's default")
            return default
        return self._speaking("en") if "en" in self._by_language else self.voices[0]

    def _come_near(self, wish: Wish, language: str) -> Voice:
        """A client's language counts before its voice: a vendor's voices speak many, ours one each."""
        if wish.unchosen and self._default and not language:
            return self._unnamed(language)
        spoken = language or wish.language
        if spoken.lower().split("-")[0] == wish.language:
            named = next(filter(None, map(self._find, wish.names)), None)
            if named is not None:
                return named
        alike = self.select(language=spoken, gender=wish.gender)
        if alike:
            return alike[0]
        return self._unnamed(language or (wish.language if wish.language in self._by_language else ""))

    def _speaking(self, language: str) -> Voice:
        voice = self._by_language.get(language) or self._by_language.get(language.split("-", maxsplit=1)[0])
        if voice is None:
            raise UnknownVoice(f"no voice speaks {language[:40]!r}")
        return voice
