"""The pieces that wait to be spoken, and how many of them make the next segment.

A piece ends where speech may pause: at a clause, at a sentence. How many are joined depends on how much the listener
still has to hear, so it is decided at the moment when a segment is wanted. `cover` is that time in seconds, with what
is already asked for:

    nothing, or nearly nothing      the first clause, so that speech starts early and does not stop
    enough                          a sentence
    plenty                          sentences joined: a short one is spoken badly alone, and it can wait for the next

If the engine is slow, a policy may want the first group of words of a clause that takes too long.

A segment never reaches over a flush, a pause or a change of voice, and is never longer than an engine bears.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from gateway.core.pacing.policy import Policy
from gateway.core.pacing.speed import Speed
from gateway.core.segmenter import Boundary, Piece, fitting_group, join, weigh

# 300 characters of prose are about 375 phonemes; Kokoro is rushed above 400.
HEAVIEST = 300
EARLIEST = 100  # a cut before it leaves too much behind
# Seconds. A slow engine cannot be interrupted, and who waits for a first sound waits for as long.
LONGEST_WORK = 4.0
# Kokoro's prosody is weak below 10 to 20 phonemes. Measured on voice answers: sentences below it sound better joined.
SHORT = 40
# Seconds of audio from which a listener has plenty; 1.5 in the study that measured no gap.
PLENTY = 1.5
# Timers are late, and networks are no better.
MARGIN = 0.25
# Of the time that a listener still has to hear: what a segment may take to be made. The engine has others to speak for,
# and what it speaks for them meanwhile is as long. docs/scheduling.md
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Waiting:
    """series: which pieces may be joined."""

    piece: Piece
    flush_id: int
    series: int
    weight: int


class Queue:
    def __init__(self, policy: Policy, speed: Speed, language: str = "en") -> None:
        """speed: of the engine, as far as it is known; others write it. language: of pieces that have none of their
        own.
        """
        self._policy = policy
        self._speed = speed
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
        return MARGIN + self._speed.preparation

    def put(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            if self._last is not None and not self._last.may_join(piece):
                self._series += 1
            self._last = piece
            self._waiting.append(Waiting(piece, self._flush_id, self._series, weigh(piece.text)))

    def flush(self) -> None:
        """Nothing more comes that may be joined with what has been put."""
        self._flush_id += 1
        self._series += 1
        self._last = None

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
        if count == 1:
            self._break_up(cover)
        self._number, self._turn = self._next_number + 1, self.flush_id
        self._hurried = False
        return join([self._waiting.popleft().piece for _ in range(count)])

    def wake(self, cover: float) -> float | None:
        """The cover at which `take` will give something; None: only more text helps."""
        levels = (cover, self._plenty, self.scarce)
        return next((level for level in levels if level <= cover and self._count(level)), None)

    @property
    def _plenty(self) -> float:
        return PLENTY + self.scarce

    @property
    def _heaviest(self) -> float:
        return min(HEAVIEST, max(EARLIEST, self._speed.speaks_in(LONGEST_WORK)))

    @property
    def _next_number(self) -> int:
        return self._number if self._turn == self.flush_id else 0

    def _count(self, cover: float) -> int:
        """How many pieces make the next segment; 0: wait."""
        best = best_weight = weight = clause = 0
        can_wait = cover > self._plenty
        for count, waiting in enumerate(self._waiting, 1):
            if waiting.series != self._waiting[0].series:
                return best or count - 1
            if count > 1 and weight + waiting.weight > self._heaviest:
                return best or self._best_pause(count - 1)
            weight += waiting.weight
            if not self._may_end(waiting.piece.boundary, weight, cover):
                if weight >= self._speed.shortest and self._fits(weight, cover):
                    clause = count
                continue
            if clause and not best and not self._fits(weight, cover):
                return clause
            if best_weight >= SHORT and weight > self._policy.grow:
                return best
            best, best_weight = count, weight
            if not can_wait or weight >= self._policy.grow:
                return best
        if self._waiting and (self._hurried or self._waiting[0].series != self._series):
            return len(self._waiting)
        return 0 if can_wait and best_weight < SHORT else best

    def _may_end(self, boundary: Boundary, weight: int, cover: float) -> bool:
        if boundary in (Boundary.FORCED, Boundary.END):
            return True
        if weight < self._policy.shortest(self._next_number):
            return False
        lasts = not self._policy.gapless or weight >= self._speed.shortest
        if boundary is Boundary.SENTENCE:
            return lasts or cover > self.scarce or self._next_number > 0
        return lasts and self._policy.clauses and cover <= self.scarce

    def _fits(self, weight: int, cover: float) -> bool:
        """Whether it can be heard before the listener has nothing left, though others are spoken for as well."""
        return MARGIN + self._speed.takes(0) + self._speed.works(weight) / SHARE <= cover

    def _break_up(self, cover: float) -> None:
        """The first piece, if it takes longer to make than the listener can wait for it."""
        first = self._waiting[0]
        in_time = max(self._policy.longest_work, SHARE * (cover - MARGIN - self._speed.takes(0)))
        most = self._speed.speaks_in(in_time)
        if first.weight <= most:
            return
        language = first.piece.style.language or self._language
        least = (self._speed.takes(0) + self._policy.longest_work) * self._speed.rate  # heard while the next is made
        at = fitting_group(first.piece.text, least, most, language)
        parts = first.piece.split(at) if at else None
        if parts:
            self._waiting.popleft()
            self._waiting.extendleft(replace(first, piece=part, weight=weigh(part.text)) for part in reversed(parts))

    def _best_pause(self, count: int) -> int:
        """Where to end a sentence that is too long: at the last of its first `count` clauses, or rather at a pause."""
        best, weight = count, 0
        for place, waiting in enumerate(islice(self._waiting, count), 1):
            weight += waiting.weight
            if weight >= EARLIEST and waiting.piece.pauses:
                best = place
        return best
