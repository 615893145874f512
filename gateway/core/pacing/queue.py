"""The pieces that wait to be spoken, and how many of them make the next segment.

A segment never reaches over a flush, a pause or a change of voice, and is never longer than an engine bears. How many
pieces it takes is for portions.py to say.
"""

import math
from collections import deque
from collections.abc import Iterable

from gateway.core.pacing.policy import Policy
from gateway.core.pacing.portions import Portions, Waiting
from gateway.core.pacing.speed import Speed
from gateway.core.segmenter import Piece, join, weigh


class Queue:
    def __init__(self, policy: Policy, speed: Speed, language: str = "en") -> None:
        """speed: of the engine, as far as it is known; others write it. language: of pieces that have none of their
        own.
        """
        self._portions = Portions(policy, speed)
        self._unhurried = policy.unhurried
        self._language = language
        self._waiting: deque[Waiting] = deque()
        self._flush_id = 1  # the one that pieces put now belong to
        self._turn = 0  # the flush of the last segment
        self._number = 0  # of the next segment in that turn
        self._hurried = False
        self._series = 1
        self._last: Piece | None = None  # of the series

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def flush_id(self) -> int:
        """Of the next segment."""
        return self._waiting[0].flush_id

    @property
    def begun(self) -> bool:
        """Whether a segment of the turn that is being written has been taken."""
        return self._turn == self._flush_id

    @property
    def scarce(self) -> float:
        """What is asked for now may come too late for a listener who has less than so many seconds to hear."""
        return self._portions.scarce

    def put(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            if self._last is not None and not self._last.may_join(piece):
                self._series += 1
            self._last = piece
            self._waiting.append(Waiting(piece, self._flush_id, self._series, weigh(piece.text)))

    def part(self) -> None:
        """Nothing more comes that may be joined with what has been put."""
        self._series += 1
        self._last = None

    def flush(self) -> None:
        """What is put from now on belongs to the next flush."""
        self._flush_id += 1
        self.part()

    def hurry(self) -> None:
        """What waits has waited for long enough: the next segment may be shorter than it should."""
        self._hurried = True

    def clear(self) -> None:
        self._waiting.clear()
        self._turn = 0
        self._hurried = False

    def take(self, cover: float) -> Piece | None:
        """The next segment; None: it is better to wait."""
        count = self._count(cover)
        if not count:
            return None
        if count == 1 and not self._unhurried:
            self._waiting.extendleft(reversed(self._portions.split(self._waiting.popleft(), cover, self._language)))
        self._number, self._turn = self._next_number + 1, self.flush_id
        self._hurried = False
        return join([self._waiting.popleft().piece for _ in range(count)])

    def wake(self, cover: float) -> float | None:
        """The cover at which `take` will give something; None: only more text helps."""
        levels = (cover, self._portions.plenty, self._portions.scarce)
        return next((level for level in levels if level <= cover and self._count(level)), None)

    @property
    def _next_number(self) -> int:
        return self._number if self._turn == self.flush_id else 0

    def _count(self, cover: float) -> int:
        cover = math.inf if self._unhurried else cover
        closed = bool(self._waiting) and (self._hurried or self._waiting[0].series != self._series)
        return self._portions.count(self._waiting, cover, self._next_number if self._waiting else 0, closed=closed)
