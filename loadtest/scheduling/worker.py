"""A worker: the real batcher, and an engine that only takes time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from loadtest.scheduling.scene import Scene
from synth.batching import Batcher, Job
from synth.engines import PATIENCE, Cost, Interest

if TYPE_CHECKING:
    from loadtest.scheduling.simulation import Simulation

UNSTEADY = (0.95, 1.1)  # times what a batch costs
# The model's first half (text to durations and pitch) as a share of what a batch costs: of what is fixed, whose chains
# of LSTM steps are mostly there, and of what its audio costs, by the count of operations.
TEXT_FIXED, TEXT_AUDIO = 0.5, 0.1

STEPS = 20  # of a batch between which an engine that breathes can turn to something else; Kokoro has 50

Done = Callable[[], None]


class Worker(Protocol):
    """count, audio: of the jobs that it has not finished."""

    count: int
    audio: float

    def submit(self, job: Job, audio: float, done: Done) -> float | None:
        """audio: seconds that it will really have. None: taken; else seconds after which to come again."""

    def wait(self, due_in: float) -> float: ...


class _Stage:
    """A batcher and the jobs that it has been given."""

    def __init__(self, scene: Scene, cost: Cost) -> None:
        self.cost = cost
        self.batcher = Batcher(scene.limits, cost, scene.order, scene.engines)
        self.jobs: dict[int, tuple[Job, float, Done]] = {}

    def put(self, job: Job, audio: float, done: Done, now: float) -> float | None:
        refused = self.batcher.add(job, now)
        if refused is None:
            self.jobs[job.job_id] = job, audio, done
        return refused


@dataclass(slots=True)
class _Run:
    """A batch that one of the engines has begun. step: seconds; aside: as Batcher.interrupt has it."""

    engine: int
    stage: _Stage
    batch: list[Job]
    step: float
    steps: int
    aside: float = 0.0


class Whole:
    """Engines that speak a batch in one go, or in steps between which they may speak another, or stand aside for one
    that is urgent. An idle core helps with another's steps.
    """

    def __init__(self, scene: Scene, world: "Simulation") -> None:
        self.count = 0
        self.audio = 0.0
        self._world = world
        self._stages = self._divide(scene)
        self._steps = STEPS if scene.breathes else 1
        self._helps = scene.helps
        self._runs: list[list[_Run]] = [[] for _ in range(scene.engines)]
        self._aside: dict[int, float] = {}  # since when

    def _divide(self, scene: Scene) -> list[_Stage]:
        return [_Stage(scene, scene.cost)]

    def submit(self, job: Job, audio: float, done: Done) -> float | None:
        refused = self._stages[0].put(job, audio, done, self._world.now)
        if refused is None:
            self.count += 1
            self.audio += job.audio
            self._work()
        return refused

    def wait(self, due_in: float) -> float:
        return self._stages[-1].batcher.wait(self._world.now, due_in)

    def _work(self) -> None:
        for engine, runs in enumerate(self._runs):
            for stage in reversed(self._stages):  # what is nearly through first: it is there to be batched
                if not runs and (batch := stage.batcher.next(self._world.now, engine)):
                    self._begin(engine, stage, batch)

    def _begin(self, engine: int, stage: _Stage, batch: list[Job]) -> None:
        cost = stage.cost.of(sum(stage.jobs[job.job_id][1] for job in batch))
        seconds = cost * self._world.dice.uniform(*UNSTEADY)
        self._world.outcome.worked(seconds)
        self._runs[engine].append(_Run(engine, stage, batch, seconds / self._steps, self._steps))
        self._go_on(engine)

    def _go_on(self, engine: int, *, patient: bool = True) -> None:
        run, now = self._runs[engine][-1], self._world.now
        if patient and self._helps and self._stands_aside(engine):
            self._aside[engine] = now
            self._world.at(now + PATIENCE, lambda: self._lose_patience(engine, now))
            return
        taken = run.step / (run.stage.cost.helped if self._helps and self._helped(engine) else 1)
        run.aside += taken - run.step
        self._world.at(now + taken, lambda: self._step(engine))

    def _busy(self) -> list[int]:
        return [engine for engine, runs in enumerate(self._runs) if runs and engine not in self._aside]

    def _interest(self, engine: int) -> Interest:
        return self._runs[engine][-1].stage.batcher.interest(self._world.now, engine)

    def _urgent(self, engine: int) -> bool:
        return self._interest(engine) is Interest.URGENT

    def _stands_aside(self, engine: int) -> bool:
        """Each that is urgent is due a second core."""
        busy = self._busy()
        due = sum(map(self._urgent, busy))
        return len(self._runs) - len(busy) < due and self._interest(engine) is Interest.PATIENT

    def _helped(self, engine: int) -> bool:
        busy = self._busy()
        helped = sorted(busy, key=lambda each: not self._urgent(each))[: len(self._runs) - len(busy)]
        return engine in helped

    def _lose_patience(self, engine: int, since: float) -> None:
        if self._aside.get(engine) == since:
            self._come_back(engine, patient=False)

    def _come_back(self, engine: int, *, patient: bool) -> None:
        self._runs[engine][-1].aside += self._world.now - self._aside.pop(engine)
        self._go_on(engine, patient=patient)

    def _resume(self) -> None:
        """What stood aside goes on, if it may."""
        for engine in list(self._aside):
            if len(self._runs) - len(self._busy()) > sum(map(self._urgent, self._busy())):
                self._come_back(engine, patient=False)

    def _step(self, engine: int) -> None:
        run = self._runs[engine][-1]
        run.steps -= 1
        if not run.steps:
            self._runs[engine].pop()
            self._end(run)
        else:
            self._turn_or_go_on(run)

    def _turn_or_go_on(self, run: _Run) -> None:
        aside, run.aside = run.aside, 0.0
        if batch := run.stage.batcher.interrupt(self._world.now, run.engine, aside):
            self._begin(run.engine, run.stage, batch)
        else:
            self._go_on(run.engine)

    def _end(self, run: _Run) -> None:
        run.stage.batcher.finish(self._world.now, run.engine)
        ended, aside = [run.stage.jobs.pop(job.job_id) for job in run.batch], self._runs[run.engine][-1:]
        for job, audio, done in ended:
            self._hand_on(run.stage, job, audio, done)
        if aside:
            self._turn_or_go_on(aside[0])
        else:
            self._work()
        self._resume()

    def _hand_on(self, stage: _Stage, job: Job, audio: float, done: Done) -> None:  # noqa: ARG002 - the halves need it
        self.count -= 1
        self.audio -= job.audio
        done()


class Halves(Whole):
    """The two halves of the model batch on their own: what has passed the first waits for its place in the second."""

    def __init__(self, scene: Scene, world: "Simulation") -> None:
        super().__init__(scene, world)
        self._came: dict[int, float] = {}

    def _divide(self, scene: Scene) -> list[_Stage]:
        cost = scene.cost
        text = Cost(cost.fixed * TEXT_FIXED, cost.per_second * TEXT_AUDIO)
        return [_Stage(scene, text), _Stage(scene, Cost(cost.fixed - text.fixed, cost.per_second - text.per_second))]

    def submit(self, job: Job, audio: float, done: Done) -> float | None:
        self._came[job.job_id] = self._world.now
        return super().submit(job, audio, done)

    def _hand_on(self, stage: _Stage, job: Job, audio: float, done: Done) -> None:
        if stage is self._stages[-1]:
            super()._hand_on(stage, job, audio, done)
        else:
            due_in = job.due_in - (self._world.now - self._came.pop(job.job_id))
            again = Job(job.job_id, job.prepared, due_in)  # it has been admitted
            self._stages[-1].put(again, audio, done, self._world.now)
