"""One segment on one worker."""

import asyncio
from contextlib import suppress
from typing import Self

from grpc import aio

from gateway.core.events import Synthesize, WorkerMessage
from gateway.errors import InternalError, SpeechError, WorkerUnavailable
from gateway.workers.messages import BadReply, decode, encode, error_of
from gateway.workers.worker import Worker
from protos import synth_pb2

LONGEST_QUEUED = 30.0  # seconds of audio that a session lets be made ahead: no segment is due later


class SegmentCall:
    """Read until `done`; closed by its `with`, and by itself when a read fails.

    A reply that is awaited for `stall` seconds (the first: plus the time until it is due, for a worker may leave
    what is not urgent in its queue) ends the call. The watch is one timer for each call and looks at a time stamp,
    since a timer or a task for each reply would cost more than the reply.
    """

    def __init__(self, worker: Worker, request: Synthesize, stall: float) -> None:
        self.done = False
        self.stalled = False
        self._worker = worker
        self._request = request
        self._stall = stall
        self._allowed = stall + min(max(request.due_in, 0.0), LONGEST_QUEUED)
        self._call = worker.synthesize(encode(request))
        self._replies = aiter(self._call)
        self._loop = asyncio.get_running_loop()
        self._asked_at: float | None = None
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(stall, self._look)
        worker.calls += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The worker stops working on it. Closing again does nothing."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        self._worker.calls -= 1
        self._call.cancel()

    async def read(self) -> list[WorkerMessage]:
        """The next messages; SegmentDone is the last of all, and then `done` is true. Raises SpeechError."""
        try:
            return await self._read()
        except BadReply as error:
            self.close()
            raise InternalError("synthesis failed") from error
        except BaseException:
            self.close()
            raise

    async def _read(self) -> list[WorkerMessage]:
        reply = await self._next()
        if reply is None:
            raise BadReply("ended without done")
        messages = list(decode(self._request, reply))
        if reply.HasField("done"):
            await self._end()
            self.done = True
        return messages

    async def _end(self) -> None:
        """A worker that goes away between its last message and the call's status has said everything."""
        with suppress(WorkerUnavailable):
            if await self._next() is not None:
                raise BadReply("spoke on after done")

    async def _next(self) -> synth_pb2.SynthesizeReply | None:
        """None when the worker has ended the call well."""
        self._asked_at = self._loop.time()
        try:
            reply = await anext(self._replies, None)
        except aio.AioRpcError as status:
            raise self._lost_to(error_of(status)) from status
        except asyncio.CancelledError:
            # gRPC raises this too for a call that we ended ourselves: here, or by closing the channel.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            what = "the worker stalled" if self.stalled else "the connection was closed"
            raise self._lost_to(WorkerUnavailable(what)) from None
        self._asked_at = None
        self._allowed = self._stall
        return reply

    def _lost_to(self, error: SpeechError) -> SpeechError:
        if isinstance(error, WorkerUnavailable):
            self._worker.lose()
        return error

    def _look(self) -> None:
        waited = 0.0 if self._asked_at is None else self._loop.time() - self._asked_at
        if waited >= self._allowed:
            self.stalled = True
            self._call.cancel()
        else:
            self._timer = self._loop.call_later(min(self._stall, self._allowed - waited), self._look)
