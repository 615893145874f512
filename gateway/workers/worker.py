"""One worker as this process sees it."""

import asyncio
import math
from collections.abc import Callable, Mapping
from contextlib import suppress

from grpc import aio

from gateway.core.voices import Voice
from gateway.workers.health import CHANNEL_OPTIONS, Health
from gateway.workers.load import Cost
from gateway.workers.messages import voices_of
from gateway.workers.worker_stream import WorkerStream
from protos import synth_pb2, synth_pb2_grpc

CHECK_EVERY = 1.0
CHECK_DEADLINE = 1.0
LOOK_AGAIN = 0.1  # after a loss; the worker itself needs longer to come back


class Worker:
    """How to speak with it, what it speaks, and whether it serves now.

    `watch` keeps `serving`, `stream` and `voices` true; `lose` is said by a segment that broke: not serving until the
    worker has answered a health check again. A stream outlives that if it can, since others speak on it: only when it
    ends is there another. `voices` and `cost` outlive a loss.
    """

    def __init__(self, address: str, on_serving: Callable[[], None]) -> None:
        self.address = address
        self.serving = False
        self.voices: Mapping[str, Voice] = {}
        self._on_serving = on_serving
        self._lost = asyncio.Event()
        self._channel = aio.insecure_channel(address, CHANNEL_OPTIONS)
        self._health = Health(self._channel)
        self._stub = synth_pb2_grpc.SynthesisStub(self._channel)
        self._stream: WorkerStream | None = None
        self.cost = Cost()

    @property
    def stream(self) -> WorkerStream:
        """Of a worker that serves."""
        assert self._stream is not None, "a worker that serves has a stream"
        return self._stream

    @property
    def calls(self) -> int:
        """Segments that it speaks for us."""
        return 0 if self._stream is None else len(self._stream)

    @property
    def busy(self) -> bool:
        """Whether it has no engine that is free."""
        return self._stream is not None and self._stream.wait(math.inf) > 0

    def load(self, due_in: float) -> tuple[float, int]:
        """How busy it is for a segment that is due then; the smaller, the sooner it is spoken."""
        return (0.0, 0) if self._stream is None else (self._stream.wait(due_in), len(self._stream))

    def lose(self) -> None:
        self.serving = False
        self._lost.set()

    async def watch(self) -> None:
        async with asyncio.TaskGroup() as streams:
            while True:
                self._lost.clear()
                served = self.serving
                well = await self._looks_well() and not self._lost.is_set()
                if well and self._stream is None:
                    self._stream = WorkerStream(self._stub.Speak(), self.cost)
                    streams.create_task(self._speak(self._stream))
                self.serving = well
                if well and not served:
                    self._on_serving()
                await self._pause()

    async def _speak(self, stream: WorkerStream) -> None:
        await stream.run()
        self._stream = None
        self.lose()

    async def close(self) -> None:
        self.serving = False
        await self._channel.close()

    async def _looks_well(self) -> bool:
        return await self._health.serving(CHECK_DEADLINE, connect=not self.serving) and (
            self.serving or await self._describe()
        )

    async def _describe(self) -> bool:
        try:
            description = await self._stub.Describe(synth_pb2.DescribeRequest(), timeout=CHECK_DEADLINE)
        except aio.AioRpcError:  # gone again since it answered the health check
            return False
        self.voices = voices_of(description)
        self.cost = Cost(description.per_batch, description.per_second)
        return True

    async def _pause(self) -> None:
        if self.serving:
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_EVERY):
                    await self._lost.wait()
        if not self.serving:
            await asyncio.sleep(LOOK_AGAIN)
