"""Text to phonemes, word by word, so that what is heard can be told in the client's own text.

misaki's rules and lexicons, since the model was trained on them. Nothing here touches the network. A reader is used by
one thread at a time; espeak-ng, which several of them use, is loaded once for each.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from synth.engines import Phonemes

P = ParamSpec("P")
T = TypeVar("T")
# Seen in 390,000 texts at random: KeyError and AssertionError (Japanese), ValueError (Chinese), none in the others.
# misaki joins and adds what may be None, so the rest of them is only a text away; and no text may end the worker.
STUMBLES = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, AssertionError)
NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})  # control characters, halves of pairs, what has no meaning


class Stumbled(Exception):
    """A library did, over a text."""


def ask(library: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What it answers; nothing of ours is called so, whose mistakes must be seen. Raises Stumbled."""
    try:
        return library(*given, **named)
    except STUMBLES as error:
        raise Stumbled from error


@dataclass(frozen=True, slots=True)
class Sound:
    """How a stretch of the text, without white space at its ends, is said.

    phonemes: in Kokoro's symbols; one punctuation mark is a Sound of its own. Empty: it is not said.
    space: a space follows among the phonemes.
    """

    text_start: int
    text_end: int
    phonemes: str
    space: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """sounds: in the order of the text; unread: characters of it that nobody here can say."""

    sounds: Sequence[Sound]
    unread: int = 0


class Reader(Protocol):
    """Of one language."""

    def read(self, text: str, spans: Sequence[Phonemes]) -> Reading:
        """spans: stretches of the text that the client has said in IPA how to say; in order, none in another."""


def plain(text: str) -> str:
    """Without what is no text, one for one: readers in C know nothing of it."""
    return "".join(" " if unicodedata.category(character) in NOT_TEXT else character for character in text)


def joined(readings: Sequence[Reading]) -> Reading:
    sounds = [sound for reading in readings for sound in reading.sounds]
    return Reading(sounds, sum(reading.unread for reading in readings))
