"""Work that waits, by when it is due: enough to say who will be late, however much waits.

Served in the order of deadlines, what is due by some moment is ready when all work that is due by then is done: the
processor demand test of earliest-deadline-first scheduling. Deadlines are rounded down to a step, so that a look costs
some hundred additions and not a walk through thousands of jobs.
"""

import math
from collections.abc import Sequence

STEP = 0.1  # seconds


class Backlog:
    """Seconds are the engine's own guess; `speed` is how many times longer it takes, `free_at` when it is free."""

    def __init__(self) -> None:
        self._work: dict[int, float] = {}  # by step
        self._jobs: dict[int, int] = {}

    def add(self, deadline: float, work: float) -> None:
        step = math.floor(deadline / STEP)
        self._work[step] = self._work.get(step, 0.0) + work
        self._jobs[step] = self._jobs.get(step, 0) + 1

    def remove(self, deadline: float, work: float) -> None:
        step = math.floor(deadline / STEP)
        self._work[step] -= work
        self._jobs[step] -= 1
        if not self._jobs[step]:  # and no rounding error outlives its jobs
            del self._work[step], self._jobs[step]

    @property
    def total(self) -> float:
        return sum(self._work.values())

    def due_by(self, deadline: float) -> float:
        """Seconds of work that go before what is due then."""
        last = math.floor(deadline / STEP)
        return sum(work for step, work in self._work.items() if step <= last)

    def eaten(
        self, deadline: float, ready: float, speed: float, headroom: float, begun: Sequence[tuple[float, float]] = ()
    ) -> float:
        """How far work that is due by `deadline` would push those due later beyond a share of the time they have left.

        ready: when it would be done if nothing that waits went before it; begun: what else the engine has to do, when
        it is due and the seconds that it takes. The largest of (when it is ready) - (that share of the time until it is
        due), in seconds; -inf when nobody is.
        """
        own, worst = math.floor(deadline / STEP), -math.inf
        waiting = [(step, speed * work) for step, work in self._work.items()]
        for step, seconds in sorted([*waiting, *((math.floor(due / STEP), left) for due, left in begun)]):
            ready += seconds
            if step > own:
                allowed = deadline + headroom * ((step + 1) * STEP - deadline)
                worst = max(worst, ready - allowed)
        return worst
