"""The scenes of docs/scheduling.md."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from loadtest.scheduling.outcome import Outcome
from loadtest.scheduling.scene import AMX_CORE, CORE, EAGER, H200, SHORT, Scene
from loadtest.scheduling.simulation import Simulation
from synth.batching import Limits
from synth.batching.order import ORDERS

MAX_LATE = 5.0  # the worker's default
OURS = "deadline, refusing"
BREATHING = "deadline, refusing, interrupting"
ONE_QUEUE = "the same, from one queue"
FIRST_COME = "first come"


@dataclass(frozen=True, slots=True)
class Result:
    """One row: which table it belongs to, how it was served, and what came of it."""

    table: str
    how: str
    scene: Scene
    outcome: Outcome


def ours(max_batch: int, **changes: float) -> Limits:
    return replace(Limits(max_batch, max_late=MAX_LATE), **changes)  # type: ignore[arg-type]


def everybody(max_batch: int) -> Limits:
    """Nobody is refused."""
    return Limits(max_batch, headroom=math.inf)


def run(scale: float = 1.0) -> Iterator[Result]:
    """scale: of the simulated time, for a quick look."""
    for table, how, scene in _scenes():
        scaled = replace(scene, seconds=scene.seconds * scale)
        yield Result(table, how, scaled, Simulation(scaled).run())


def _scenes() -> Iterator[tuple[str, str, Scene]]:
    for listeners in (1200, 1800, 2100, 2400, 3000):
        for name, order in ORDERS.items():
            yield "gpu", name, Scene(listeners, H200, everybody(64), order)
        yield "gpu", OURS, Scene(listeners, H200, ours(64))
    for stretch in (1.0, 2.0, 4.0, 8.0, 16.0):
        yield "stretch", f"{stretch:g}", Scene(2400, H200, ours(64, stretch=stretch))
    for halves in (False, True):
        for stretch in (4.0, 8.0, 16.0):
            how = f"{'each half on its own' if halves else 'whole'}, {stretch:g}"
            yield "halves", how, Scene(2100, H200, ours(64, stretch=stretch), halves=halves)
    for headroom in (0.15, 0.3, 0.5, 0.7, 1.0):
        yield "headroom", f"{headroom:g}", Scene(2400, H200, ours(64, headroom=headroom))
    for name, cost in (("cores", CORE), ("amx", AMX_CORE)):
        for listeners in (1, 2, 4, 6, 8, 16):
            yield from _cores(name, Scene(listeners, cost, texts=SHORT, workers=2, seconds=3000.0))
    for listeners in (2, 4, 6, 8):
        yield from _queues(Scene(listeners, CORE, texts=EAGER, breathes=True, seconds=3000.0))
    yield from _eight_cores(Scene(20, CORE, everybody(1), texts=SHORT, seconds=3000.0))


def _cores(table: str, scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    yield table, FIRST_COME, replace(scene, limits=everybody(1), order=ORDERS[FIRST_COME], choose="count")
    yield table, "deadline", replace(scene, limits=everybody(1))
    yield table, OURS, replace(scene, limits=ours(1))
    yield table, BREATHING, replace(scene, limits=ours(1), breathes=True)
    yield table, ONE_QUEUE, replace(scene, limits=ours(1), breathes=True, workers=1, engines=scene.workers)


def _queues(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    for how, limits in (("", everybody(1)), (", refusing", ours(1))):
        yield "queues", f"a queue each{how}", replace(scene, limits=limits, workers=2)
        yield "queues", f"one queue{how}", replace(scene, limits=limits, engines=2)
    yield "queues", "the same, in order", replace(scene, limits=ours(1), engines=2, in_order=True)


def _eight_cores(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    for choose in ("count", "audio", "wait"):
        yield "choose", choose, replace(scene, workers=8, choose=choose)
    yield "choose", "wait, and a worker has 4 cores", replace(scene, workers=2, engines=4)
