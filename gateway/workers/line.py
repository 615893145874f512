"""Those whose turn no worker had room for, in the order in which they were first refused. Pure.

Without it a turn is refused again and again, since whoever happens to come when there is room is taken on. So a worker
is asked for the first of them only, and each is told a later time to come again than the one before it: when there is
likely to be room. A place is kept until then and a moment more. Who comes early keeps it and wins nothing by it; the
place of one who is late goes to whoever comes next, since a client whose connection ends with the refusal comes again
as another.
"""

import math
from dataclasses import dataclass

MOST = 1_000  # places; who is refused beyond them has none
AGAIN = 0.5  # seconds at least after which one is to come again for whom no worker was asked; workers tell no less
LATE = 0.2  # seconds after which a place may be another's: a timer and a network
KEPT = 1.0  # and after which it is nobody's: HTTP's Retry-After counts whole seconds
# Who is among the first: as many as are taken on in so many times AGAIN, so that a card which takes on hundreds in a
# second never lacks one who asks; on cores it is one. docs/scheduling.md
FIRST = 3.0
# Of the time between two that are taken on: how much later the next is told to come. With less they come in vain, with
# more nobody is there when there is room. docs/scheduling.md
SHARE = 0.6
UNKNOWN = 2.0  # seconds between two, before it has seen any
MEMORY = 10.0  # seconds back to which it counts who was taken on


@dataclass(slots=True)
class _Place:
    """due: when its owner was told to come again. asking: it has been sent to a worker, and nothing is known yet."""

    number: int
    owner: str
    due: float
    asking: bool = False


class Line:
    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._last_number = 0
        self._taken = 1.0  # how many were taken on lately, the longer ago the less
        self._counted = UNKNOWN  # seconds for which that has been counted, likewise
        self._at: float | None = None  # until when

    def may_ask(self, asker: str, now: float) -> bool:
        """Whether it is among the first. Takes over the place of one who is late."""
        self._age(now)
        own = self._find(asker) or self._inherit(asker, now)
        return self._ahead(own) * self._every <= FIRST * AGAIN

    def ask(self, asker: str) -> None:
        """A worker is asked; until it has answered, this one stands before nobody."""
        if own := self._find(asker):
            own.asking = True

    def refuse(self, asker: str, retry_in: float, now: float) -> float:
        """Seconds after which it is to come again: at least those that a worker told."""
        self._age(now)
        own = self._find(asker)
        retry_in += SHARE * self._every * self._ahead(own)
        if own is not None:
            own.due, own.asking = now + retry_in, False
        elif len(self._places) < MOST:
            self._last_number += 1
            self._places.append(_Place(self._last_number, asker, now + retry_in))
        return retry_in

    def take_on(self, asker: str, now: float) -> None:
        """A worker speaks its turn."""
        self._age(now)
        self._taken += 1.0
        if own := self._find(asker):
            self._places.remove(own)

    @property
    def _every(self) -> float:
        """Seconds between two that are taken on, up to MEMORY."""
        return self._counted / max(self._taken, 1.0)

    def _age(self, now: float) -> None:
        self._places = [place for place in self._places if now <= place.due + KEPT]
        kept = 1.0 if self._at is None else math.exp((self._at - now) / MEMORY)
        self._taken *= kept
        self._counted = self._counted * kept + MEMORY * (1.0 - kept)
        self._at = now

    def _ahead(self, own: _Place | None) -> int:
        """How many were refused before it and may still come."""
        return sum(not place.asking for place in self._places if own is None or place.number < own.number)

    def _find(self, asker: str) -> _Place | None:
        return next((place for place in self._places if place.owner == asker), None)

    def _inherit(self, asker: str, now: float) -> _Place | None:
        late = next((place for place in self._places if place.due + LATE < now and not place.asking), None)
        if late is not None:
            late.owner = asker
        return late
