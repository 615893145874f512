"""The threads that own the engine, mostly one: next batch, engine, back to each call.

Those that speak side by side take from one queue. They meet the event loop at two places: `submit` and `abandon` come
from the loop under a lock, and what the engine says goes to each listener through `call_soon_threadsafe`. Who abandoned
has no listener, so late audio finds nobody. When the engine takes a breath, what is more urgent is spoken there, and
then it goes on.
After an EngineError what can be is spoken one by one. Anything else ends its thread, `ended` says so, and the process
must end too.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Condition, Thread

from synth.batching import Batcher, Job
from synth.engines import Chunk, Engine, EngineError, Interest, Word

SAMPLE_BYTES = 2
# A result beyond these is no speech. Measured with espeak: a character named at length takes 2 to 3 s.
LONGEST_START = 30.0  # seconds
LONGEST_CHARACTER = 4.0  # seconds
LONGEST = 1800.0  # seconds; 79 MB


@dataclass(frozen=True, slots=True)
class Piece:
    """ready_at: monotonic time before which it must not be sent."""

    pcm: bytes
    words: tuple[Word, ...]
    ready_at: float


@dataclass(frozen=True, slots=True)
class Finished:
    """started, ended: monotonic times of the batch, as if it had waited first and then never stood aside for others;
    unread: see Prepared.
    """

    started: float
    ended: float
    batch_size: int
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    reason: str


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for the engine. Seconds until it would begin a job that is due at once, and until it is done with all;
    stuck: the batch that it is at has taken so long that it may never end.
    """

    begins_in: float
    free_in: float
    stuck: bool


Message = Piece | Finished | Broken
Listener = Callable[[Message], None]


class EngineThreads:
    """Listeners are called on the event loop, in order; a Finished or Broken is the last message."""

    def __init__(self, engine: Engine, batcher: Batcher) -> None:
        """To be made on the running event loop."""
        self._engine = engine
        self._batcher = batcher
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[int, Listener] = {}
        self._changed = Condition()
        self._stopping = False
        self._threads = [
            Thread(
                target=self._run, args=(number,), name=f"engine-{number}", daemon=True
            )  # if hung it must not hold the exit
            for number in range(engine.speaking_threads)
        ]
        self.ended: asyncio.Future[None] = self._loop.create_future()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job, listener: Listener) -> float | None:
        """None: taken. Otherwise refused, and the seconds after which there may be room."""
        with self._changed:
            retry_in = self._batcher.add(job, time.monotonic())
            if retry_in is None:
                self._listeners[job.job_id] = listener
                self._changed.notify()  # one that is free
            return retry_in

    def abandon(self, job_id: int) -> None:
        """The listener hears nothing more. Of a job that has ended this changes nothing."""
        with self._changed:
            self._batcher.abandon(job_id)
            self._listeners.pop(job_id, None)

    def load(self) -> Load:
        with self._changed:
            now = time.monotonic()
            return Load(self._batcher.wait(now), self._batcher.wait(now, math.inf), self._batcher.stuck(now))

    def fail(self, error: BaseException) -> None:
        """The engine is broken, seen on the event loop: `ended` says so."""
        if not self.ended.done():
            self.ended.set_exception(error)

    def stop(self, timeout: float) -> None:
        """Ends each thread after the batch that it is at; waits no longer than the timeout, in seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self, number: int) -> None:
        try:
            while batch := self._take(number):
                self._carry_out(number, batch)
        except BaseException as error:
            self._loop.call_soon_threadsafe(self.fail, error)
            raise

    def _take(self, number: int) -> list[Job]:
        with self._changed:
            while not self._stopping:
                if batch := self._batcher.next(time.monotonic(), number):
                    return batch
                self._changed.wait()
            return []

    def _breathe(self, number: int, job_id: int, aside: float) -> Interest:
        """Speaks what cannot wait for the batch that is being spoken; then, who listens to that."""
        while batch := self._interrupt(number, aside):
            aside = 0.0
            self._carry_out(number, batch)
        if job_id not in self._listeners:
            return Interest.NONE
        with self._changed:
            return self._batcher.interest(time.monotonic(), number)

    def _interrupt(self, number: int, aside: float) -> list[Job]:
        with self._changed:
            return self._batcher.interrupt(time.monotonic(), number, aside)

    def _carry_out(self, number: int, batch: list[Job]) -> None:
        self._speak(number, batch)
        with self._changed:
            self._batcher.finish(time.monotonic(), number)

    def _speak(self, number: int, batch: list[Job]) -> None:
        started = time.monotonic()
        outlet = _Outlet(batch, started, self._engine.sample_rate, self._tell, partial(self._breathe, number))
        try:
            self._engine.synthesize([job.prepared for job in batch], outlet.emit)
        except EngineError as error:
            self._fail(number, batch, outlet, error)
        else:
            for job in batch:
                self._tell(job.job_id, outlet.finished(job))

    def _fail(self, number: int, batch: list[Job], outlet: "_Outlet", error: EngineError) -> None:
        """One utterance takes no others along: those that nothing was heard of yet are spoken alone."""
        for index, (job, said) in enumerate(zip(batch, outlet.made, strict=True)):
            if error.spoiled is not None and index not in error.spoiled:
                self._tell(job.job_id, outlet.finished(job))
            elif said or len(batch) == 1:
                self._tell(job.job_id, Broken(str(error)))
            elif job.job_id in self._listeners:
                self._speak(number, [job])

    def _tell(self, job_id: int, message: Message) -> bool:
        """False: nobody listens (any more)."""
        listener = self._listeners.get(job_id) if isinstance(message, Piece) else self._listeners.pop(job_id, None)
        if listener is None:
            return False
        self._loop.call_soon_threadsafe(listener, message)
        return True


class _Outlet:
    """What the engine says during one batch, checked: a wrong result is the failure of its own call."""

    def __init__(
        self,
        batch: list[Job],
        started: float,
        sample_rate: int,
        tell: Callable[[int, Message], bool],
        breathe: Callable[[int, float], Interest],
    ) -> None:
        self._batch = batch
        self._started = started
        self._sample_rate = sample_rate
        self._tell = tell
        self._breathe = breathe
        self.made = [0] * len(batch)  # bytes
        self.aside = 0.0  # seconds for which it stood aside

    def finished(self, job: Job) -> Finished:
        """All of it was said by now."""
        began = self._started + max(0.0, self.aside)
        return Finished(began, time.monotonic(), len(self._batch), job.prepared.unread)

    def emit(self, chunk: Chunk) -> int:
        job = self._batch[chunk.utterance]
        if chunk.breath:
            return self._stand_aside(job, chunk.aside)
        self.made[chunk.utterance] += len(chunk.pcm)
        if len(chunk.pcm) % SAMPLE_BYTES:
            return self._refuse(job, "the engine returned half a sample")
        if self.made[chunk.utterance] / SAMPLE_BYTES / self._sample_rate > _longest(job):
            return self._refuse(job, "the engine returned far too much audio for this text")
        return self._tell(job.job_id, Piece(chunk.pcm, chunk.words, self._started + chunk.ready_in))

    def _stand_aside(self, job: Job, aside: float) -> Interest:
        began = time.monotonic()
        interest = self._breathe(job.job_id, aside)
        self.aside += aside + time.monotonic() - began
        return interest

    def _refuse(self, job: Job, reason: str) -> bool:
        self._tell(job.job_id, Broken(reason))
        return False


def _longest(job: Job) -> float:
    utterance = job.prepared.utterance
    return min(LONGEST, (LONGEST_START + LONGEST_CHARACTER * len(utterance.text)) / min(1.0, utterance.speed))
