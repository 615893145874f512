"""Jobs as those who translate protocols see them: values in, values out. Every call is in the name of an
owner: a key's id, or empty for all who come without one.

    submitted = await jobs.submit(owner, JobRequest.of(opened), text, Idempotency("key"))
    job = await jobs.wait(owner, submitted.job.id, 10.0)
    url = await jobs.audio_url(job)
    async for audio in jobs.follow(owner, job.id): ...

What they raise is a SpeechError; JobsUnavailable while the database or the store does not answer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from gateway.core.events import Limits
from gateway.database.charging import Charge, free
from gateway.database.errors import asked
from gateway.errors import JobsUnavailable, NotReady, SpeechInterrupted
from gateway.jobs.bells import WORK, Bells
from gateway.jobs.checking import check
from gateway.jobs.job import Idempotency, Job, JobRequest, State
from gateway.jobs.recording import part_of
from gateway.jobs.records import Page, Records, Submitted
from gateway.library.store import FAILURES, AudioStore
from gateway.metrics import Metrics
from gateway.synthesizer import Synthesizer

LOOK_EVERY = 0.5  # seconds between two looks at a job that another process may be speaking


@dataclass(frozen=True, slots=True)
class Jobs:
    """link_life: seconds for which a URL of audio is good."""

    records: Records
    store: AudioStore
    bells: Bells
    synth: Synthesizer
    limits: Limits
    metrics: Metrics
    link_life: float
    clock: Callable[[], float] = time.monotonic

    async def submit(
        self,
        owner: str,
        request: JobRequest,
        text: str,
        idempotency: Idempotency | None = None,
        charge: Charge = free,
    ) -> Submitted:
        """The job is kept when this returns. What cannot be spoken is refused now, with what a session would say.

        charge: what it costs (`Visit.charge`), taken once for a job and not at all for one that was there.
        """
        check(request, text, self.synth.catalog, self.limits)
        with _answering():
            submitted = await self.records.submit(owner, request, text, idempotency, charge)
        if not submitted.repeated:
            self.metrics.jobs_submitted_total.labels(request.delivery).inc()
            self.bells.ring(WORK)
        return submitted

    async def find(self, owner: str, job_id: str) -> Job:
        """Who waits for a job asks again and again, and may be gone at any moment: a question that is cut off would
        take its connection to the database with it.
        """
        with _answering():
            return await asyncio.shield(self.records.find(owner, job_id))

    async def find_anyones(self, job_id: str, delivery: str) -> Job:
        with _answering():
            return await self.records.find_anyones(job_id, delivery)

    async def text(self, owner: str, job_id: str) -> str:
        with _answering():
            return await self.records.text(owner, job_id)

    async def list(self, owner: str, *, states: Sequence[State] = (), limit: int = 20, after: str = "") -> Page:
        """Newest first. states: any of these, all if there are none; after: a page's `next`."""
        with _answering():
            return await self.records.list(owner, states=states, limit=limit, after=after)

    async def waiting(self) -> int:
        """How many wait to be spoken, whosever they are."""
        with _answering():
            return await self.records.waiting()

    async def wait(self, owner: str, job_id: str, seconds: float) -> Job:
        """As it is when it has ended, or after so many seconds."""
        return await self.wait_for(await self.find(owner, job_id), seconds)

    async def wait_for(self, job: Job, seconds: float) -> Job:
        """The same of a job that was promised: what is not known of it at the moment is no reason to take that back."""
        until = self.clock() + seconds
        while not job.state.ended and (left := until - self.clock()) > 0:
            await self.bells.wait(job.id, min(left, LOOK_EVERY))
            with suppress(JobsUnavailable):
                job = await self.find(job.owner, job.id)
        return job

    async def cancel(self, owner: str, job_id: str) -> Job:
        """Ends it, unless it had ended. Whoever speaks it stops within seconds."""
        with _answering():
            job = await self.records.cancel(owner, job_id)
            if job.state is State.CANCELLED:
                self.bells.ring(job_id)
                await self.store.delete(job.folder)
            return job

    async def remove(self, owner: str, job_id: str) -> Job:
        """Cancels it if it had not ended, and forgets it with its audio. Returns what it was."""
        job = await self.cancel(owner, job_id)
        with _answering():
            await self.records.remove(owner, job_id)
        with suppress(*FAILURES):  # the sweep will: that there is something to be deleted was written with the above
            await self.store.delete(job.folder)
        return job

    async def audio_url(self, job: Job) -> str:
        """Where to fetch its audio without a key, for `link_life` seconds; begins with / where it is this server.

        NotReady; JobFailed when it has none and will have none.
        """
        if job.audio is None:
            raise job.failure() if job.state.ended else NotReady("the job has no audio yet")
        with _answering():
            return await self.store.url(job.audio.path, self.link_life)

    async def linked(self, job: Job, *, promised: bool) -> tuple[Job, str]:
        """It and where to fetch its audio, if it has any.

        promised: told in the reply that promises it, which an outage does not take back: what cannot be fetched now is
        told as still being made.
        """
        try:
            return job, await self.audio_url(job) if job.audio else ""
        except JobsUnavailable:
            if not promised:
                raise
            return replace(job, state=State.PROCESSING, finished_at=None, audio=None), ""

    async def follow(self, owner: str, job_id: str) -> AsyncIterator[bytes]:
        """Its audio from the beginning, as far as it is made and then as it is made, until it ends.

        JobFailed when it ends without, but JobsUnavailable when we fail in it meanwhile, for which who waits can do
        nothing; SpeechInterrupted when another attempt begins after some was heard.
        """
        sent, part, lease, waited = 0, 0, None, False
        while not (job := await self.find(owner, job_id)).state.ended:
            if job.lease != lease:
                if sent:
                    raise SpeechInterrupted("the job had to be begun again; ask again for its audio")
                part, lease = 0, job.lease
            while part < job.heard.parts and (audio := await self._part(f"{job.folder}/{lease}", part)) is not None:
                sent, part = sent + len(audio), part + 1
                yield audio
            await self.bells.wait(job_id, LOOK_EVERY)
            waited = True
        if job.audio is None:
            failure = job.failure()
            raise JobsUnavailable(failure.message) if waited and job.error and job.error.ours else failure
        if sent and f"/{lease}/" not in job.audio.path:
            raise SpeechInterrupted("the job had to be begun again; ask again for its audio")
        with _answering():
            async for audio in self.store.read(job.audio.path, sent):
                yield audio

    async def _part(self, folder: str, number: int) -> bytes | None:
        with _answering():
            try:
                return await self.store.get(part_of(folder, number))
            except FileNotFoundError:
                return None


@contextmanager
def _answering() -> Iterator[None]:
    """Of the database and of the store."""
    try:
        with asked(_unanswered):
            yield
    except FAILURES as error:
        raise _unanswered() from error


def _unanswered() -> JobsUnavailable:
    return JobsUnavailable("jobs cannot be looked up at the moment; try again")
