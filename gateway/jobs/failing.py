"""What becomes of a job that has no audio: tried again later, or failed for good."""

from dataclasses import dataclass

from gateway.errors import Code, InvalidSetting, SpeechError, WorkerUnavailable
from gateway.jobs.asking import Asking
from gateway.jobs.job import JobError, State
from gateway.jobs.leases import Leases, Taken
from gateway.jobs.speaking import JobWire
from gateway.library.store import FAILURES, AudioStore
from gateway.metrics import Metrics

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds before a job is tried again
# Times that a job is tried when the store does not take its audio: some minutes, in which a disk may be made room on.
MAX_STORED = 8
# Times that a job is tried when workers break on it, or refuse: its text may be the reason, and no crash of ours.
MAX_TRIED = 4
STORAGE = JobError("storage_failed", "the audio could not be stored")


@dataclass(frozen=True, slots=True)
class Failing:
    """first_pause: seconds."""

    leases: Leases
    store: AudioStore
    metrics: Metrics
    asking: Asking
    first_pause: float

    async def judge(self, taken: Taken, wire: JobWire) -> None:
        """Why there is no audio, and whether there will be."""
        if wire.store_error is not None:
            await self.store_failed(taken)
        elif wire.error is None and wire.usage is not None:
            await self.fail(taken, InvalidSetting("the text has nothing to speak"))
        else:
            error = wire.error or WorkerUnavailable("the session ended too early")
            if error.retryable:
                await self._put_off(taken, JobError(error.reason, error.message), MAX_TRIED)
            else:
                await self.fail(taken, error)

    async def store_failed(self, taken: Taken) -> None:
        await self._put_off(taken, STORAGE, MAX_STORED)

    async def fail(self, taken: Taken, error: SpeechError) -> None:
        by_asker = error.code in (Code.INVALID_ARGUMENT, Code.NOT_FOUND)  # which may show when some of it was heard
        await self._end(taken, JobError(error.reason, error.message), by_asker=by_asker)

    async def give_up(self) -> None:
        """On those that were taken too often, whoever took them."""
        for job in await self.asking.once(self.leases.give_up(), []):
            self.metrics.jobs_total.labels(State.FAILED).inc()
            await self._forget(job.folder)

    async def _put_off(self, taken: Taken, why: JobError, most: int) -> None:
        """Later again, or never when that has been tried so often."""
        attempts = taken.job.attempts
        if attempts >= most:
            await self._end(taken, why)
            return
        pause = min(LONGEST_PAUSE, self.first_pause * 2 ** (attempts - 1))
        self.metrics.jobs_retried_total.labels(why.code).inc()
        await self.asking.until_answered(lambda: self.leases.retry(taken, pause))

    async def _end(self, taken: Taken, why: JobError, *, by_asker: bool = False) -> None:
        if await self.asking.until_answered(lambda: self.leases.fail(taken, why, by_asker=by_asker)):
            self.metrics.jobs_total.labels(State.FAILED).inc()
            await self._forget(taken.job.folder)

    async def _forget(self, folder: str) -> None:
        try:
            await self.store.delete(folder)
        except FAILURES:
            self.metrics.jobs_outages_total.labels("store").inc()  # an orphan in the store is no reason to stop
