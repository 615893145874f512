"""A worker: the real batcher, and an engine that only takes time."""

from collections.abc import Callable
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


class Whole:
    """An engine that speaks a batch in one go."""

    def __init__(self, scene: Scene, world: "Simulation") -> None:
        self.count = 0
        self.audio = 0.0
        self._world = world
        self._stages = self._divide(scene)
        self._busy = False

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
            if self._busy:
                return
            if batch := stage.batcher.next(self._world.now):
                self._busy = True
                cost = stage.cost.of(sum(stage.jobs[job.job_id][1] for job in batch))
                seconds = cost * self._world.dice.uniform(*UNSTEADY)
                self._world.outcome.worked(seconds)
                self._world.at(self._world.now + seconds, lambda stage=stage, batch=batch: self._end(stage, batch))  # type: ignore[misc]

    def _end(self, stage: _Stage, batch: list[Job]) -> None:
        self._busy = False
        stage.batcher.finish(self._world.now)
        ended = [stage.jobs.pop(job.job_id) for job in batch]
        for job, audio, done in ended:
            self._hand_on(stage, job, audio, done)
        self._work()

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
