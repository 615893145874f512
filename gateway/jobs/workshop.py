"""Where jobs are spoken: takes some at a time, keeps their leases, ends each of them.

It stops taking when no worker is ready or the database does not answer, and goes on when they do. What has been begun
is finished, tried again, failed, or found to be somebody else's by now; nothing is forgotten.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace

from gateway.errors import Code, InternalError, InvalidSetting, SpeechError, WorkerUnavailable
from gateway.jobs.asking import Asking
from gateway.jobs.bells import WORK, Bells
from gateway.jobs.job import JobError, State, StoredAudio
from gateway.jobs.kept import KeepingSynth, Shelf, open_shelf
from gateway.jobs.leases import RENEW_EVERY, Leases, Taken
from gateway.jobs.recording import Recorder
from gateway.jobs.renewing import Attempt, Renewing
from gateway.jobs.speaking import JobDialect, JobWire
from gateway.library.store import FAILURES, AudioStore
from gateway.metrics import Metrics
from gateway.runner import Runner

# Each is what a live stream is to the engine and to this process, which bears hundreds: so many more are borne without
# asking how many live ones there are.
URGENT_AT_ONCE = 16
LOOK_EVERY = 1.0  # seconds, for jobs that other processes were given
LAST_WORD = 3.0  # seconds for the database to say whether a job was ended, when everything stops
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds before a job is tried again
# Times that a job is tried when the store does not take its audio: some minutes, in which a disk may be made room on.
MAX_STORED = 8
# Times that a job is tried when workers break on it, or refuse: its text may be the reason, and no crash of ours.
MAX_TRIED = 4
# Characters of a job from which on what was spoken of it is kept until its end: 20 minutes of audio, whose segments are
# 400 kB each. Shorter ones begin again.
KEEP_FROM = 20_000
STORAGE = JobError("storage_failed", "the audio could not be stored")


@dataclass(slots=True)
class Workshop:
    """at_once: jobs that this process speaks side by side, and URGENT_AT_ONCE more that somebody waits for.

    runner: with the deadlines of jobs, not of clients; urgent_runner: for those that somebody waits for, if another.
    """

    leases: Leases
    store: AudioStore
    runner: Runner
    bells: Bells
    metrics: Metrics
    at_once: int
    urgent_runner: Runner | None = None
    renew_every: float = RENEW_EVERY
    first_pause: float = FIRST_PAUSE
    last_word: float = LAST_WORD
    keep_from: int = KEEP_FROM
    # By the taking, not by the job: one whose lease ran out unnoticed may be taken again beside the first attempt.
    _attempts: dict[Taken, Attempt] = field(default_factory=dict)
    _asking: Asking = field(init=False)
    _renewing: Renewing = field(init=False)

    async def run(self) -> None:
        """Until it is cancelled; then what it holds is given back at once."""
        self._asking = Asking(self.metrics)
        self._renewing = Renewing(self.leases, self.bells, self._asking, self._attempts, self.renew_every)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._renewing.run())
                tasks.create_task(self._give_up())
                while True:
                    await self._take(tasks)
                    await self.bells.wait(WORK, LOOK_EVERY)
        finally:
            await self._give_back()

    async def _take(self, tasks: asyncio.TaskGroup) -> None:
        if not self.at_once or not self.runner.synth.ready:
            return
        held = Counter(taken.job.request.urgent for taken in self._attempts)
        for urgent, most in ((True, URGENT_AT_ONCE), (False, self.at_once)):
            room = most - held[urgent]
            for taken in await self._asking.once(self.leases.take(room, urgent=urgent), []) if room > 0 else ():
                attempt = self._attempts[taken] = Attempt(taken)
                attempt.task = tasks.create_task(self._work(attempt))

    async def _work(self, attempt: Attempt) -> None:
        taken = attempt.taken
        try:
            with self.metrics.jobs_active.track_inprogress():
                await self._speak(attempt)
        except asyncio.CancelledError:
            if not attempt.lost:
                raise  # everything stops: `run` gives it back
        except FAILURES:
            await self._put_off(taken, STORAGE, MAX_STORED)
        except Exception as bug:  # noqa: BLE001 - one job's end, told to the operator, and not the end of all
            asyncio.get_running_loop().call_exception_handler({"message": "a job failed by a bug", "exception": bug})
            await self._fail(taken, InternalError("the job failed"))
        self._attempts.pop(taken, None)
        self.bells.ring(taken.job.id)
        self.bells.ring(WORK)

    async def _speak(self, attempt: Attempt) -> None:
        taken = attempt.taken
        shelf = await self._sweep(taken)
        recorder = Recorder(self.store, taken.folder, taken.job.request.file)
        kept = False  # or perhaps: while that is not known it is not taken away; who begins again sweeps
        try:
            wire = JobWire(taken.job.request, taken.text, recorder, self._renewing.share)
            attempt.wire = wire
            await self._run(taken, wire, shelf)
            if wire.usage is None or wire.error is not None or wire.store_error is not None or not recorder.size:
                await self._judge(taken, wire)
                return
            await recorder.finish()
            await recorder.tidy()  # before the end, after which nobody would
            if shelf is not None:
                await self.store.delete(shelf.folder)
            audio = StoredAudio(recorder.path, recorder.size, wire.usage.audio_seconds)
            kept = True
            kept = await self._complete(taken, audio)
        finally:
            if not kept:
                await asyncio.shield(recorder.abandon())
        if kept:
            self.metrics.jobs_total.labels(State.COMPLETED).inc()

    async def _sweep(self, taken: Taken) -> Shelf | None:
        """What those left who died; of a long job what they have spoken is not swept, but returned."""
        job = taken.job
        if job.characters < self.keep_from:
            await self.store.delete(job.folder)
            return None
        kept = f"{job.folder}/kept"
        left = {path.removeprefix(f"{job.folder}/").partition("/")[0] for path in await self.store.list(job.folder)}
        for attempt in left - {"kept"}:
            await self.store.delete(f"{job.folder}/{attempt}")
        return await open_shelf(self.store, kept)

    async def _run(self, taken: Taken, wire: JobWire, shelf: Shelf | None) -> None:
        runner = (taken.job.request.urgent and self.urgent_runner) or self.runner
        if shelf is None:
            await runner.run_session(wire, JobDialect())
            return
        async with asyncio.TaskGroup() as tasks:
            synth = KeepingSynth(runner.synth, shelf, tasks, wire.fail)
            await replace(runner, synth=synth).run_session(wire, JobDialect())

    async def _complete(self, taken: Taken, audio: StoredAudio) -> bool:
        """False: the job is not ours any more. Who is told to stop meanwhile waits a moment for the answer."""
        completing = asyncio.ensure_future(self._asking.until_answered(lambda: self.leases.complete(taken, audio)))
        try:
            return await asyncio.shield(completing)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait([completing], timeout=self.last_word)
            if not done:
                completing.cancel()
                raise
            return completing.result()

    async def _judge(self, taken: Taken, wire: JobWire) -> None:
        """Why there is no audio, and whether there will be."""
        if wire.store_error is not None:
            await self._put_off(taken, STORAGE, MAX_STORED)
        elif wire.error is None and wire.usage is not None:
            await self._fail(taken, InvalidSetting("the text has nothing to speak"))
        else:
            error = wire.error or WorkerUnavailable("the session ended too early")
            if error.retryable:
                await self._put_off(taken, JobError(error.reason, error.message), MAX_TRIED)
            else:
                await self._fail(taken, error)

    async def _put_off(self, taken: Taken, why: JobError, most: int) -> None:
        """Later again, or never when that has been tried so often."""
        attempts = taken.job.attempts
        if attempts >= most:
            await self._end(taken, why)
            return
        pause = min(LONGEST_PAUSE, self.first_pause * 2 ** (attempts - 1))
        self.metrics.jobs_retried_total.labels(why.code).inc()
        await self._asking.until_answered(lambda: self.leases.retry(taken, pause))

    async def _fail(self, taken: Taken, error: SpeechError) -> None:
        by_asker = error.code is Code.INVALID_ARGUMENT  # which may show when some of it was heard
        await self._end(taken, JobError(error.reason, error.message), by_asker=by_asker)

    async def _end(self, taken: Taken, why: JobError, *, by_asker: bool = False) -> None:
        if await self._asking.until_answered(lambda: self.leases.fail(taken, why, by_asker=by_asker)):
            self.metrics.jobs_total.labels(State.FAILED).inc()
            await self._forget(taken.job.folder)

    async def _give_up(self) -> None:
        while True:
            await asyncio.sleep(self.renew_every)
            for job in await self._asking.once(self.leases.give_up(), []):
                self.metrics.jobs_total.labels(State.FAILED).inc()
                await self._forget(job.folder)

    async def _give_back(self) -> None:
        held = list(self._attempts)
        self._attempts.clear()
        if held:
            await self._asking.once(self.leases.give_back(held), None)

    async def _forget(self, folder: str) -> None:
        try:
            await self.store.delete(folder)
        except FAILURES:
            self.metrics.jobs_outages_total.labels("store").inc()  # an orphan in the store is no reason to stop
