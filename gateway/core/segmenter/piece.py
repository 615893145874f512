"""What a segmenter gives."""

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from gateway.core.segmenter.characters import FULL_PAUSES, PAUSES
from gateway.core.style import PLAIN_STYLE, Style

# Letters and digits of every script, and the currency signs that are read out. Emoji are not: no engine of ours has
# a word for them.
SPEAKABLE = re.compile(r"[^\W_]|[$€£¥₹]")


class Boundary(Enum):
    """What ends a piece."""

    CLAUSE = auto()  # the sentence goes on
    SENTENCE = auto()
    FORCED = auto()  # it had become too long, or could not wait
    END = auto()  # of what was written so far: a flush


CLAUSE, SENTENCE, FORCED, END = Boundary  # by themselves: found faster, and many are wanted


class Origin(NamedTuple):
    """Where `length` characters of a piece come from: the client's text[start:end], one by one; or, if `whole`, they
    stand for all of it. ipa: how they are pronounced.
    """

    length: int
    start: int
    end: int
    whole: bool = False
    ipa: str = ""

    def split(self, length: int) -> tuple["Origin", "Origin"]:
        """Two, the first of that length. What is pronounced is pronounced by the first."""
        if self.whole:
            return self._replace(length=length), self._replace(length=self.length - length, ipa="")
        cut = self.start + length
        return Origin(length, self.start, cut), Origin(self.length - length, cut, self.end)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The client's text of the characters from start to end of these."""
        return (self.start, self.end) if self.whole else (self.start + start, self.start + end)


class Piece(NamedTuple):
    """A piece of text that can be spoken in one go, alone or joined with its neighbours.

    text: what is spoken. start, end: the client's text that it stands for, in code points since the context was opened;
    flush and clear do not reset them. speakable: False where there is nothing to say (white space, punctuation).
    origins: what of the text comes from where; empty: it is the client's text[start:end], byte for byte. silence: for a
    piece without text that parts its neighbours, its seconds.
    """

    text: str
    start: int
    end: int
    speakable: bool
    boundary: Boundary
    origins: tuple[Origin, ...] = ()
    style: Style = PLAIN_STYLE
    silence: float | None = None

    @property
    def pauses(self) -> bool:
        """Whether it ends with a longer pause than a comma's."""
        return self.text.endswith(tuple(PAUSES + FULL_PAUSES))

    @property
    def all_origins(self) -> tuple[Origin, ...]:
        if self.origins or not self.text:
            return self.origins
        return (Origin(len(self.text), self.start, self.start + len(self.text)),)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The client's text that text[start:end] stands for."""
        if not self.origins:
            return self.start + start, self.start + end
        first, last, at = self.end, self.start, 0
        for origin in self.origins:
            overlap = max(start, at), min(end, at + origin.length)
            if overlap[0] < overlap[1]:
                found = origin.source(overlap[0] - at, overlap[1] - at)
                first, last = min(first, found[0]), max(last, found[1])
            at += origin.length
        return (first, last) if first <= last else (self.start, self.start)

    def split(self, at: int) -> tuple["Piece", "Piece"] | None:
        """Two, parted before text[at]; what is not spoken there belongs to the second.

        None: one thing of the client's text is spoken on both sides of it.
        """
        parted = _part(self.all_origins, at)
        if parted is None:
            return None
        before, after = parted if self.origins else ((), ())
        first, second, middle = self.text[:at], self.text[at:], parted[0][-1].end
        return (
            Piece(first, self.start, middle, is_speakable(first), Boundary.FORCED, before, self.style),
            Piece(second, middle, self.end, is_speakable(second), self.boundary, after, self.style),
        )

    def may_join(self, other: "Piece") -> bool:
        """Whether a worker can speak both in one go."""
        return self.style == other.style and self.silence is other.silence is None


def _part(origins: Sequence[Origin], at: int) -> tuple[tuple[Origin, ...], tuple[Origin, ...]] | None:
    """Those before and behind a place inside their text; None: it is inside one that is whole."""
    for count, origin in enumerate(origins):
        if at < origin.length:
            if not at:
                return tuple(origins[:count]), tuple(origins[count:])
            if origin.whole:
                return None
            first, second = origin.split(at)
            return (*origins[:count], first), (second, *origins[count + 1 :])
        at -= origin.length
    return None


def is_speakable(text: str) -> bool:
    return SPEAKABLE.search(text) is not None


def join(pieces: Sequence[Piece]) -> Piece:
    """Neighbours that may be joined, as one piece."""
    first, last = pieces[0], pieces[-1]
    if first is last:
        return first
    text = "".join(piece.text for piece in pieces)
    verbatim = len(text) == last.end - first.start and not any(piece.origins for piece in pieces)
    origins = () if verbatim else tuple(origin for piece in pieces for origin in piece.all_origins)
    speakable = any(piece.speakable for piece in pieces)
    return Piece(text, first.start, last.end, speakable, last.boundary, origins, first.style)
