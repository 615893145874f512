"""What the engine does next. Pure: time is an argument.

The job whose listener runs dry first goes first. A batch is what is queued when the engine is free, at most
max_batch: it never waits for company, since below some 300 live streams a window of 10 ms has nobody to wait for
(measured arrivals) and would only add its length to the first sound. What is queued is bounded by the audio it will
make, not by its count, because that is what the engine's time goes by.
"""

from dataclasses import dataclass
from heapq import nsmallest

from synth.engines import Prepared


@dataclass(frozen=True, slots=True)
class Job:
    """due_in: seconds from its arrival until the listener runs dry."""

    job_id: int
    prepared: Prepared
    due_in: float = 0.0

    @property
    def audio(self) -> float:
        """Estimated seconds of audio."""
        return self.prepared.audio


class Batcher:
    def __init__(self, max_batch: int, max_queued_audio: float) -> None:
        self._max_batch = max_batch
        self._max_queued_audio = max_queued_audio
        self._queued: dict[int, tuple[float, Job]] = {}  # deadline and job by id, in order of arrival
        self._audio = 0.0

    @property
    def queued_audio(self) -> float:
        """Estimated seconds."""
        return self._audio

    def add(self, job: Job, now: float) -> bool:
        """False: full. An empty queue takes a job of any length, or it could never be spoken."""
        if self._queued and self._audio + job.audio > self._max_queued_audio:
            return False
        self._queued[job.job_id] = (now + job.due_in, job)
        self._audio += job.audio
        return True

    def abandon(self, job_id: int) -> None:
        """Forgets the job if it is still queued."""
        if job_id in self._queued:
            self._remove(job_id)

    def next(self) -> list[Job]:
        """The most urgent jobs, removed from the queue; empty when there is nothing to do."""
        urgent = nsmallest(self._max_batch, self._queued.values(), key=lambda queued: queued[0])
        return [self._remove(job.job_id) for _, job in urgent]

    def _remove(self, job_id: int) -> Job:
        _, job = self._queued.pop(job_id)
        self._audio = self._audio - job.audio if self._queued else 0.0  # no rounding error outlives the queue
        return job
