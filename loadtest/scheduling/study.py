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
HELPING = "the same, helping each other"
FIRST_COME = "first come"
WORTH_A_LOOK = {name: ORDERS[name] for name in (FIRST_COME, "deadline")}  # at every load
FULL = 2400  # listeners: more than a card carries


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
    yield from _card()
    for listeners in (2, 4, 6, 8, 16):
        yield from _cores(Scene(listeners, CORE, texts=SHORT, workers=2, seconds=3000.0))
        amx = Scene(listeners, AMX_CORE, ours(1), texts=SHORT, engines=2, breathes=True, helps=True, seconds=3000.0)
        yield "amx", HELPING, amx
    for listeners in (4, 6, 8):
        yield from _queues(Scene(listeners, CORE, texts=EAGER, breathes=True, seconds=3000.0))
    for listeners in (4, 6, 8, 12):
        eager = Scene(listeners, CORE, ours(1), texts=EAGER, breathes=True, helps=True, seconds=3000.0)
        yield from _lines(replace(eager, engines=2))
    for listeners in (FULL, 3000):
        yield from _lines(Scene(listeners, H200, ours(64)))
    yield from _eight_cores(Scene(20, CORE, everybody(1), texts=SHORT, seconds=3000.0))


def _card() -> Iterator[tuple[str, str, Scene]]:
    for listeners in (1200, 2100, 2400, 3000):
        for name, order in ORDERS.items() if listeners == FULL else WORTH_A_LOOK.items():
            yield "gpu", name, Scene(listeners, H200, everybody(64), order)
        yield "gpu", OURS, Scene(listeners, H200, ours(64))
    for stretch in (1.0, 2.0, 4.0, 8.0, 16.0):
        yield "stretch", f"{stretch:g}", Scene(FULL, H200, ours(64, stretch=stretch))
    for halves in (False, True):
        for stretch in (4.0, 8.0, 16.0):
            how = f"{'each half on its own' if halves else 'whole'}, {stretch:g}"
            yield "halves", how, Scene(2100, H200, ours(64, stretch=stretch), halves=halves)
    for headroom in (0.15, 0.3, 0.5, 0.7, 1.0):
        yield "headroom", f"{headroom:g}", Scene(FULL, H200, ours(64, headroom=headroom))


def _cores(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    yield "cores", FIRST_COME, replace(scene, limits=everybody(1), order=ORDERS[FIRST_COME], choose="count")
    yield "cores", "deadline", replace(scene, limits=everybody(1))
    yield "cores", BREATHING, replace(scene, limits=ours(1), breathes=True)
    one_queue = replace(scene, limits=ours(1), breathes=True, workers=1, engines=scene.workers)
    yield "cores", ONE_QUEUE, one_queue
    yield "cores", HELPING, replace(one_queue, helps=True)


def _queues(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    yield "queues", "one queue", replace(scene, limits=everybody(1), engines=2)
    yield "queues", "a queue each, refusing", replace(scene, limits=ours(1), workers=2)
    yield "queues", "one queue, refusing", replace(scene, limits=ours(1), engines=2)
    yield "queues", "one queue, refusing, helping", replace(scene, limits=ours(1), engines=2, helps=True)


def _lines(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    for how, in_order in (("whoever comes", False), ("in order", True)):
        yield "line", f"{'a card' if scene.cost == H200 else 'two cores'}, {how}", replace(scene, in_order=in_order)


def _eight_cores(scene: Scene) -> Iterator[tuple[str, str, Scene]]:
    for choose in ("count", "audio", "wait"):
        yield "choose", choose, replace(scene, workers=8, choose=choose)
    yield "choose", "wait, and a worker has 4 cores", replace(scene, workers=2, engines=4)
