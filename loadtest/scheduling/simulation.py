"""The clock: things that happen at their time, one after the other."""

import math
import random
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from gateway.workers.line import AGAIN, Line
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
        self.outcome = Outcome(scene.seconds * (1 - BEGIN), scene.workers * scene.engines)
        self.job_ids = count(1)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = count()
        kind = Halves if scene.halves else Whole
        self._line = Line() if scene.in_order else None
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

    def submit(self, job: Job, audio: float, done: Callable[[], None], asker: str) -> float | None:
        """As a gateway does it. None, or seconds after which to come again."""
        if self._line is None or not job.begins:
            return self._choose(job, audio, done)
        busy = all(worker.wait(math.inf) > 0 for worker in self._workers)
        crowded = not self._line.may_ask(asker, self.now) and busy
        answer = AGAIN if crowded else self._choose(job, audio, done)
        if answer is not None:
            return self._line.refuse(asker, answer, self.now)
        self._line.take_on(asker, self.now)
        return None

    def _choose(self, job: Job, audio: float, done: Callable[[], None]) -> float | None:
        """The worker that would begin it soonest, or the next one; None, or the shortest of their answers."""
        answers: list[float] = []
        for worker in sorted(self._workers, key=lambda worker: self._load(worker, job)):
            answer = worker.submit(job, audio, done)
            if answer is None:
                return None
            answers.append(answer)
        return min(answers)

    def _load(self, worker: Worker, job: Job) -> tuple[float, int]:
        match self.scene.choose:
            case "count":
                return worker.count, 0
            case "audio":
                return worker.audio, 0
            case _:
                return worker.wait(job.due_in), worker.count
