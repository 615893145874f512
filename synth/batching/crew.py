"""The engines that take from one queue, as one."""

from collections.abc import Iterable

from synth.batching.pace import Pace
from synth.engines import Cost


class Crew:
    def __init__(self, cost: Cost, engines: int) -> None:
        self._paces = tuple(Pace(cost) for _ in range(engines))

    def __getitem__(self, engine: int) -> Pace:
        return self._paces[engine]

    @property
    def speed(self) -> float:
        """Of all of them, as Pace has it."""
        return self._mean(pace.speed for pace in self._paces)

    @property
    def share(self) -> float:
        """Seconds that all of them together take for a second of work, at the engine's guess."""
        return self.speed / len(self._paces)

    @property
    def tolerance(self) -> float:
        """Seconds: what is at work when a job comes, up to where it can stand aside, and a job as they mostly are."""
        return self._mean(pace.grain + pace.usual for pace in self._paces)

    def yields(self, engine: int, now: float, deepest: int) -> bool:
        """Whether it is this one that should turn to something else: none is free, and what it is at has most time."""
        if any(pace.depth == 0 for pace in self._paces):
            return False
        spare = {n: pace.spare(now) for n, pace in enumerate(self._paces) if pace.depth < deepest}
        return engine in spare and spare[engine] == max(spare.values())

    def left(self, now: float) -> float:
        """Seconds until the first of them is through with its batch."""
        return min(pace.left(now) for pace in self._paces)

    def begun(self, now: float) -> list[tuple[float, float]]:
        """As Pace has it, its seconds shared out: what one speaks alone is no quicker for that, but its neighbours are
        free meanwhile.
        """
        return [(due, left / len(self._paces)) for pace in self._paces for due, left in pace.begun(now)]

    def gets_to(self, deadline: float, now: float, work: float) -> float:
        """Seconds until one of them gets to what is due then, behind so much other work."""
        return _level([pace.held_up(deadline, now) for pace in self._paces], self.speed * work)

    def ready(self, now: float, work: float) -> float:
        """Seconds until new work is done, if nothing that waits or could stand aside goes before it."""
        held = [0.0 if pace.begun(now) else pace.left(now) for pace in self._paces]
        return _level(held, self.speed * work)

    def stuck(self, now: float) -> bool:
        return any(pace.stuck(now) for pace in self._paces)

    def _mean(self, values: Iterable[float]) -> float:
        return sum(values) / len(self._paces)


def _level(held: list[float], work: float) -> float:
    """When engines that are held up for so long will have done so much between them."""
    total, ready = work, 0.0
    for count, seconds in enumerate(sorted(held), 1):
        if count > 1 and seconds >= ready:
            break
        total += seconds
        ready = total / count
    return ready
