"""The client's own words of a context, with the times at which they are heard.

A client finds the words in the text that it sent, or builds from them what was said. So they are the text as it came,
cut at white space, each once and in order: marks stay with their word, and what has no sound of its own (a dash, an
emoji) stands between its neighbours and takes no time. Scripts without spaces are cut where the engine says. Texts that
are spoken one by one are not read as one word where they meet. The last word of what has come keeps the space behind
it: LiveKit's client would lose that one.
"""

import math
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

import msgspec

from gateway.core.events import Word

UNIT = re.compile(r"\S+(?:\s+\Z)?")
KEPT = 4096  # characters that were told and are not yet dropped


class Told(msgspec.Struct, frozen=True, gc=False):
    """Seconds in the context's audio."""

    text: str
    start: float
    end: float


class Script:
    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._seams: deque[int] = deque()  # where two texts meet that are spoken one by one
        self._dropped = 0  # offset of the first character in _text
        self._told = 0  # up to here
        self._end = 0.0  # of the last word
        self._timed = False

    def append(self, text: str, *, alone: bool = False) -> None:
        """alone: the text is spoken as it came, not with the next."""
        self._text.append(text)
        self._length += len(text)
        if alone:
            self._seams.append(self._length)

    def tell(self, words: Sequence[Word]) -> list[Told]:
        """The words up to the last of these, which come in order; each goes on to the next white space."""
        if not words or words[-1].text_end <= self._told:
            return []
        self._timed = True
        told: list[Told] = []
        first, count = 0, len(words)
        for start, text in self._units(words[-1].text_end):
            while first < count and words[first].text_end <= start:
                first += 1
            last = first
            while last < count and words[last].text_start < start + len(text):
                last += 1
            heard = words[first:last]
            told += self._parted(start, text, heard) if len(heard) > 1 else (self._time(text, heard),)
        self._drop()
        return told

    def rest(self) -> list[Told]:
        """What comes after the last word that was heard, if the engine knows when words are heard."""
        if not self._timed:
            return []
        return [self._time(text, ()) for _start, text in self._units(math.inf)]

    def _units(self, until: float) -> Iterator[tuple[int, str]]:
        """What stands between white space and begins before `until`, and where."""
        whole, dropped = self._whole(), self._dropped
        while self._told < until and (unit := UNIT.search(whole, self._told - dropped)):
            start, text = unit.start() + dropped, unit[0]
            if start >= until:
                return
            while self._seams and self._seams[0] <= start:
                self._seams.popleft()
            if self._seams:
                text = text[: self._seams[0] - start]
            self._told = start + len(text)
            yield start, text

    def _parted(self, start: int, text: str, heard: Sequence[Word]) -> Sequence[Told]:
        """A unit, cut where one of its words needs no space before it."""
        cuts = [word.text_start - start for word in heard[1:] if _parts(text, word.text_start - start)]
        if not cuts:
            return [self._time(text, heard)]
        return [
            self._time(
                text[left:right],
                [word for word in heard if word.text_start - start < right and word.text_end - start > left],
            )
            for left, right in pairwise([0, *cuts, len(text)])
        ]

    def _time(self, text: str, heard: Sequence[Word]) -> Told:
        """heard: its words; if there are none it takes no time."""
        start = heard[0].start if heard else self._end
        for word in heard:
            self._end = max(self._end, word.end)
        return Told(text, start, self._end)

    def _whole(self) -> str:
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0] if self._text else ""

    def _drop(self) -> None:
        if self._told - self._dropped > KEPT:
            self._text = [self._whole()[self._told - self._dropped :]]
            self._dropped = self._told


def _parts(text: str, at: int) -> bool:
    """Whether a word that begins here needs no space before it."""
    return any(east_asian_width(character) in "WF" for character in text[max(at - 1, 0) : at + 1])
