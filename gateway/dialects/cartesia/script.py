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
        words = [word for word in words if word.text_end > self._told]
        if not words:
            return []
        self._timed = True
        told = [each for unit in self._units(words[-1].text_end) for each in self._time(unit, words)]
        self._drop()
        return told

    def rest(self) -> list[Told]:
        """What comes after the last word that was heard, if the engine knows when words are heard."""
        if not self._timed:
            return []
        return [Told(self._slice(*unit), self._end, self._end) for unit in self._units(math.inf)]

    def _units(self, until: float) -> Iterator[tuple[int, int]]:
        """(start, end) of what stands between white space and begins before `until`."""
        while self._told < until and (unit := UNIT.search(self._whole(), self._told - self._dropped)):
            start, end = (place + self._dropped for place in unit.span())
            if start >= until:
                return
            while self._seams and self._seams[0] <= start:
                self._seams.popleft()
            self._told = min(end, self._seams[0]) if self._seams else end
            yield start, self._told

    def _time(self, unit: tuple[int, int], words: Sequence[Word]) -> Iterator[Told]:
        start, end = unit
        spoken = [word for word in words if word.text_start < end and word.text_end > start]
        cuts = [word.text_start for word in spoken[1:] if self._parts(word.text_start)]
        for left, right in pairwise([start, *cuts, end]):
            heard = [word for word in spoken if word.text_start < right and word.text_end > left] if cuts else spoken
            first = heard[0].start if heard else self._end
            self._end = max([word.end for word in heard], default=self._end)
            yield Told(self._slice(left, right), first, self._end)

    def _parts(self, at: int) -> bool:
        """Whether a word that begins here needs no space before it."""
        return any(east_asian_width(character) in "WF" for character in self._slice(at - 1, at + 1))

    def _slice(self, start: int, end: int) -> str:
        return self._whole()[start - self._dropped : end - self._dropped]

    def _whole(self) -> str:
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0] if self._text else ""

    def _drop(self) -> None:
        if self._told - self._dropped > KEPT:
            self._text = [self._whole()[self._told - self._dropped :]]
            self._dropped = self._told
