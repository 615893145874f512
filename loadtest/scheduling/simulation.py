"""The clock: things that happen at their time, one after the other."""

import random
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from loadtest.scheduling.listener import Listener
from loadtest.scheduling.outcome import Outcome
from loadtest.scheduling.scene import Scene
from loadtest.scheduling.worker import Halves, Whole, Worker
from synth.batching import Job

BEGIN = 1 / 3  # of a scene: until then it only fills up


class Simulation:
    """The world of one scene; the same for the same seed."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.now = 0.0
        self.dice = random.Random(scene.seed)  # noqa: S311 - repeatable, not a secret
        self.outcome = Outcome(scene.seconds * (1 - BEGIN), scene.workers)
        self.job_ids = count(1)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = count()
        kind = Halves if scene.halves else Whole
        self._workers = [kind(scene, self) for _ in range(scene.workers)]

    def run(self) -> Outcome:
        for _ in range(self.scene.listeners):
            listener = Listener(self)
            self.at(self.dice.uniform(0, self.scene.seconds * BEGIN / 2), listener.begin)
        self.at(self.scene.seconds * BEGIN, self.outcome.forget)
        while self._events and self._events[0][0] <= self.scene.seconds:
            self.now, _, happen = heappop(self._events)
            happen()
        return self.outcome

    def at(self, moment: float, happen: Callable[[], None]) -> None:
        heappush(self._events, (moment, next(self._sequence), happen))

    def submit(self, job: Job, audio: float, done: Callable[[], None]) -> float | None:
        """To the worker that is chosen; its answer."""
        return self._choose(job).submit(job, audio, done)

    def _choose(self, job: Job) -> Worker:
        if len(self._workers) == 1:
            return self._workers[0]
        match self.scene.choose:
            case "count":
                return min(self._workers, key=lambda worker: worker.count)
            case "audio":
                return min(self._workers, key=lambda worker: worker.audio)
            case _:
                return min(self._workers, key=lambda worker: (worker.wait(job.due_in), worker.count))
