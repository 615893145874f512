"""The client's text, made fit to be spoken: its markup read, what no voice can say left out, its words pronounced.

Each format is a cleaner: a small state machine that takes text as it comes. Scrub and Pronouncer work on what it gives.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from gateway.core.cleaning.dictionary import Dictionary, Pronunciation
from gateway.core.cleaning.markdown import MarkdownCleaner
from gateway.core.cleaning.parts import Part, Pause, Restyle, Run
from gateway.core.cleaning.plain import PlainCleaner, Scrub
from gateway.core.cleaning.pronouncer import Pronouncer
from gateway.core.cleaning.ssml import SsmlCleaner

__all__ = [
    "TEXT_FORMATS",
    "Cleaner",
    "Dictionary",
    "MarkdownCleaner",
    "Part",
    "Pause",
    "PlainCleaner",
    "Pronouncer",
    "Pronunciation",
    "Restyle",
    "Run",
    "Scrub",
    "SsmlCleaner",
    "open_cleaner",
]


class Cleaner(Protocol):
    """The same parts for every way in which the text is cut. append and flush raise InvalidText."""

    def append(self, text: str) -> list[Part]:
        """What is settled."""

    def flush(self) -> list[Part]:
        """The rest, as if nothing followed."""

    def clear(self) -> None:
        """Drops the rest, and forgets what is open."""


_CLEANERS: Mapping[str, Callable[[str], Cleaner]] = MappingProxyType(
    {
        "plain": lambda _language: PlainCleaner(),
        "markdown": lambda _language: MarkdownCleaner(),
        "ssml": SsmlCleaner,
    }
)
TEXT_FORMATS = tuple(_CLEANERS)


def open_cleaner(text_format: str, language: str) -> Cleaner:
    """text_format: one of TEXT_FORMATS; language: a BCP 47 tag."""
    return _CLEANERS[text_format](language)
