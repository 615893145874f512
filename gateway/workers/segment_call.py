"""One segment on one worker."""

import asyncio
from typing import Self

from gateway.core.events import SegmentAudio, Synthesize, WorkerMessage
from gateway.errors import InternalError, SpeechError, WorkerUnavailable
from gateway.workers.messages import BYTES_PER_SAMPLE, BadReply, decode, encode
from gateway.workers.worker import Worker
from protos import synth_pb2

LONGEST_QUEUED = 30.0  # seconds of audio that a session lets be made ahead: no segment is due later
CREDIT = 120_000  # samples that a worker may be ahead of the reader: 240 kB, 5 s at 24 kHz


class SegmentCall:
    """Read until `done`; closed by its `with`, and by itself when a read fails.

    A reply or a sign of life that is awaited for `stall` seconds (the first: plus the time until it is due) ends the
    call. The watch is one timer for each call and looks at a time stamp,
    since a timer or a task for each reply would cost more than the reply.
    """

    def __init__(self, worker: Worker, request: Synthesize, stall: float) -> None:
        """The worker must serve."""
        self.done = False
        self.stalled = False
        self._worker = worker
        self._request = request
        self._stall = stall
        self._allowed = stall + min(max(request.due_in, 0.0), LONGEST_QUEUED)
        self._heard: list[WorkerMessage] = []
        self._over = False
        self._error: SpeechError | None = None
        self._news = asyncio.Event()
        self._taken = 0  # samples read since the last grant
        self._loop = asyncio.get_running_loop()
        self._asked_at: float | None = None
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(stall, self._look)
        self._stream = worker.stream
        self._id = self._stream.begin(self, encode(request, CREDIT))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The worker stops working on it. Closing again does nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._stream.abandon(self._id)

    async def read(self) -> list[WorkerMessage]:
        """The next messages; SegmentDone is the last of all, and then `done` is true. Raises SpeechError."""
        try:
            self._grant()
            if not self._heard and self._error is None:
                await self._wait()
            return self._take()
        except BaseException:
            self.close()
            raise

    def hear(self, reply: synth_pb2.Reply) -> None:
        if self._error is None:
            self._allowed = self._stall
            if not (reply.words or reply.pcm or reply.WhichOneof("end")):  # a sign of life
                self._asked_at = self._asked_at and self._loop.time()
                return
            try:
                self._heard.extend(decode(self._request, reply))
            except BadReply as error:
                self._fail(InternalError("synthesis failed"), error)
            except SpeechError as error:
                self._fail(error, error.__cause__)
            self._over = self._error is None and reply.HasField("done")
            self._news.set()

    def lose(self, error: WorkerUnavailable) -> None:
        self._fail(WorkerUnavailable(error.message), error.__cause__)

    def _fail(self, error: SpeechError, cause: BaseException | None = None) -> None:
        """It is raised when what was heard before has been read."""
        if self._error is None:
            self._error = error
            self._error.__cause__ = cause
            if isinstance(error, WorkerUnavailable):
                self._worker.lose()
            self._news.set()

    def _grant(self) -> None:
        """Who reads again has taken what it read before."""
        if self._taken >= CREDIT // 2:
            self._stream.grant(self._id, self._taken)
            self._taken = 0

    async def _wait(self) -> None:
        self._news.clear()
        self._asked_at = self._loop.time()
        await self._news.wait()
        self._asked_at = None
        self._allowed = self._stall

    def _take(self) -> list[WorkerMessage]:
        if not self._heard and self._error is not None:
            raise self._error
        messages, self._heard = self._heard, []
        self._taken += sum(len(each.pcm) for each in messages if isinstance(each, SegmentAudio)) // BYTES_PER_SAMPLE
        self.done = self._over
        return messages

    def _look(self) -> None:
        waited = 0.0 if self._asked_at is None else self._loop.time() - self._asked_at
        if waited >= self._allowed:
            self.stalled = True
            self._fail(WorkerUnavailable("the worker stalled"))
        else:
            self._timer = self._loop.call_later(min(self._stall, self._allowed - waited), self._look)
