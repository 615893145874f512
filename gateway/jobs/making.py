"""One attempt at a job: its text is spoken into a file, and the job is completed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.jobs.asking import Asking
from gateway.jobs.job import State, StoredAudio
from gateway.jobs.kept import KeepingSynth, Shelf, open_shelf
from gateway.jobs.leases import Leases, Taken
from gateway.jobs.recording import Recorder
from gateway.jobs.renewing import Attempt
from gateway.jobs.speaking import JobDialect, JobWire
from gateway.library.store import AudioStore
from gateway.metrics import Metrics
from gateway.runner import Runner

LAST_WORD = 3.0  # seconds for the database to say whether a job was ended, when everything stops
# Characters of a job from which on what was spoken of it is kept until its end: 20 minutes of audio, whose segments are
# 400 kB each. Shorter ones begin again.
KEEP_FROM = 20_000


@dataclass(frozen=True, slots=True)
class Making:
    """last_word: seconds; keep_from: characters."""

    leases: Leases
    store: AudioStore
    metrics: Metrics
    asking: Asking
    last_word: float
    keep_from: int

    async def make(self, attempt: Attempt, runner: Runner, shared: Callable[[], None]) -> JobWire | None:
        """What it has come to, if to no audio. shared: is told of parts to be given out. Raises FAILURES."""
        taken = attempt.taken
        shelf = await self._sweep(taken)
        recorder = Recorder(self.store, taken.folder, taken.job.request.file)
        kept = False  # or perhaps: while that is not known it is not taken away; who begins again sweeps
        try:
            wire = JobWire(taken.job.request, taken.text, recorder, shared)
            attempt.wire = wire
            await _run(runner, wire, shelf)
            if wire.usage is None or wire.error is not None or wire.store_error is not None or not recorder.size:
                return wire
            await recorder.finish(wire.head)
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
        return None

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

    async def _complete(self, taken: Taken, audio: StoredAudio) -> bool:
        """False: the job is not ours any more. Who is told to stop meanwhile waits a moment for the answer."""
        completing = asyncio.ensure_future(self.asking.until_answered(lambda: self.leases.complete(taken, audio)))
        try:
            return await asyncio.shield(completing)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait([completing], timeout=self.last_word)
            if not done:
                completing.cancel()
                raise
            return completing.result()


async def _run(runner: Runner, wire: JobWire, shelf: Shelf | None) -> None:
    if shelf is None:
        await runner.run_session(wire, JobDialect())
        return
    async with asyncio.TaskGroup() as tasks:
        synth = KeepingSynth(runner.synth, shelf, tasks, wire.fail)
        await replace(runner, synth=synth).run_session(wire, JobDialect())
