"""A worker: the real batcher, and an engine that only takes time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from loadtest.scheduling.scene import Scene
from synth.batching import Batcher, Job
from synth.engines import Cost

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
        self.batcher = Batcher(scene.limits, cost, scene.order)
        self.jobs: dict[int, tuple[Job, float, Done]] = {}

    def put(self, job: Job, audio: float, done: Done, now: float) -> float | None:
        refused = self.batcher.add(job, now)
        if refused is None:
            self.jobs[job.job_id] = job, audio, done
        return refused


@dataclass(slots=True)
class _Run:
    """A batch that has been begun. step: seconds."""

    stage: _Stage
    batch: list[Job]
    step: float
    steps: int


class Whole:
    """An engine that speaks a batch in one go, or in steps between which it may speak another."""

    def __init__(self, scene: Scene, world: "Simulation") -> None:
        self.count = 0
        self.audio = 0.0
        self._world = world
        self._stages = self._divide(scene)
        self._steps = STEPS if scene.breathes else 1
        self._runs: list[_Run] = []

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
        for stage in reversed(self._stages):  # what is nearly through first: it is there to be batched
            if self._runs:
                return
            if batch := stage.batcher.next(self._world.now):
                self._begin(stage, batch)

    def _begin(self, stage: _Stage, batch: list[Job]) -> None:
        cost = stage.cost.of(sum(stage.jobs[job.job_id][1] for job in batch))
        seconds = cost * self._world.dice.uniform(*UNSTEADY)
        self._world.outcome.worked(seconds)
        self._runs.append(_Run(stage, batch, seconds / self._steps, self._steps))
        self._go_on()

    def _go_on(self) -> None:
        self._world.at(self._world.now + self._runs[-1].step, self._step)

    def _step(self) -> None:
        run = self._runs[-1]
        run.steps -= 1
        if not run.steps:
            self._runs.pop()
            self._end(run.stage, run.batch)
        elif batch := run.stage.batcher.interrupt(self._world.now):
            self._begin(run.stage, batch)
        else:
            self._go_on()

    def _end(self, stage: _Stage, batch: list[Job]) -> None:
        stage.batcher.finish(self._world.now)
        ended, outermost = [stage.jobs.pop(job.job_id) for job in batch], not self._runs
        for job, audio, done in ended:
            self._hand_on(stage, job, audio, done)
        if outermost:
            self._work()
        elif others := stage.batcher.interrupt(self._world.now):
            self._begin(stage, others)
        else:
            self._go_on()

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
