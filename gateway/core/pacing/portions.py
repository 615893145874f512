"""How many of the pieces that wait make the next segment.

A piece ends where speech may pause: at a clause, at a sentence. How many are joined depends on how much the listener
still has to hear, so it is decided at the moment when a segment is wanted. `cover` is that time in seconds, with what
is already asked for:

    nothing, or nearly nothing      the first clause, so that speech starts early and does not stop
    enough                          a sentence
    plenty                          sentences joined: a short one is spoken badly alone, and it can wait for the next

If the engine is slow, a policy may want the first group of words of a clause that takes too long.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from gateway.core.pacing.policy import Policy
from gateway.core.pacing.speed import Speed
from gateway.core.segmenter import Boundary, Piece, fitting_group, weigh

# 300 characters of prose are about 375 phonemes; Kokoro is rushed above 400.
HEAVIEST = 300
EARLIEST = 100  # a cut before it leaves too much behind
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


class Portions:
    def __init__(self, policy: Policy, speed: Speed) -> None:
        """speed: of the engine, as far as it is known; others write it."""
        self._policy = policy
        self._speed = speed

    @property
    def scarce(self) -> float:
        """What is asked for now may come too late for a listener who has less than so many seconds to hear."""
        return MARGIN + self._speed.preparation

    @property
    def plenty(self) -> float:
        return PLENTY + self.scarce

    @property
    def _heaviest(self) -> float:
        return min(HEAVIEST, max(EARLIEST, self._speed.speaks_in(self._policy.most_work)))

    def count(self, queue: Sequence[Waiting], cover: float, number: int, *, closed: bool) -> int:
        """0: it is better to wait. number: of the segment in its turn. closed: nothing comes that may join the first
        piece, or nothing that can be waited for.
        """
        best = best_weight = weight = clause = 0
        can_wait = cover > self.plenty
        for count, waiting in enumerate(queue, 1):
            if waiting.series != queue[0].series:
                return best or count - 1
            if count > 1 and weight + waiting.weight > self._heaviest:
                return best or _best_pause(islice(queue, count - 1))
            weight += waiting.weight
            if not self._may_end(waiting.piece.boundary, weight, cover, number):
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
        if closed:
            return len(queue)
        return 0 if can_wait and best_weight < SHORT else best

    def split(self, first: Waiting, cover: float, language: str) -> list[Waiting]:
        """Two, if it takes longer to make than the listener can wait for it, and may be broken."""
        in_time = max(self._policy.longest_work, SHARE * (cover - MARGIN - self._speed.takes(0)))
        most = self._speed.speaks_in(in_time)
        if first.weight <= most:
            return [first]
        least = (self._speed.takes(0) + self._policy.longest_work) * self._speed.rate  # heard while the next is made
        tag, loose = first.piece.style.language or language, cover <= 0
        at = fitting_group(first.piece.text, least, most, tag, loose=loose)
        parts = (first.piece.split(at) if at else None) or [first.piece]
        return [replace(first, piece=part, weight=weigh(part.text)) for part in parts]

    def _may_end(self, boundary: Boundary, weight: int, cover: float, number: int) -> bool:
        if boundary in (Boundary.FORCED, Boundary.END):
            return True
        if weight < self._policy.shortest(number):
            return False
        lasts = not self._policy.gapless or weight >= self._speed.shortest
        if boundary is Boundary.SENTENCE:
            return lasts or cover > self.scarce or number > 0
        return lasts and self._policy.clauses and cover <= self.scarce

    def _fits(self, weight: int, cover: float) -> bool:
        """Whether it can be heard before the listener has nothing left, though others are spoken for as well."""
        return MARGIN + self._speed.takes(0) + self._speed.works(weight) / SHARE <= cover


def _best_pause(clauses: Iterable[Waiting]) -> int:
    """Where to end a sentence that is too long: at the last of its clauses, or rather at a pause."""
    count = best = weight = 0
    for count, waiting in enumerate(clauses, 1):
        weight += waiting.weight
        if weight >= EARLIEST and waiting.piece.pauses:
            best = count
    return best or count
