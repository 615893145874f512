"""What our voices are called where names have the form `provider:{language}-{Family}-{Name}`: AI TTS Microservice's.

    kokoro  af_heart      kokoro:en-US-Kokoro-Heart
    espeak  en-us+Annie   espeak:en-US-Espeak-EnglishAmericaAnnie

The last part is what the voice is shown as, in letters and digits alone. Two that would have one name are told apart by
a number.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

WORD = re.compile(r"[A-Za-z0-9]+")


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def engine(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def display_name(self) -> str: ...


def public_names(voices: Iterable[Named]) -> dict[str, str]:
    """By the voices' own names; none twice."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for voice in voices:
        name, number = _public_name(voice), 1
        while (unique := name if number == 1 else f"{name}{number}") in taken:
            number += 1
        taken.add(unique)
        names[voice.name] = unique
    return names


def locale_of(tag: str) -> str:
    """`en-us` as it is written where a region is in capitals: `en-US`."""
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])


def _public_name(voice: Named) -> str:
    shown = unicodedata.normalize("NFKD", voice.display_name).encode("ascii", "ignore").decode()
    words = WORD.findall(shown) or WORD.findall(voice.name) or ["Voice"]
    return f"{voice.engine}:{locale_of(voice.language)}-{voice.engine.title()}-{''.join(map(_capitalised, words))}"


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]
