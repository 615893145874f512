"""One worker as this process sees it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from grpc import aio

from gateway.core.voices import Voice
from gateway.workers.health import CHANNEL_OPTIONS, Health
from gateway.workers.messages import voices_of
from protos import synth_pb2, synth_pb2_grpc

CHECK_EVERY = 1.0
CHECK_DEADLINE = 1.0
LOOK_AGAIN = 0.1  # after a loss; the worker itself needs longer to come back


class Worker:
    """How to call it, what it speaks, whether it serves now, and how many calls it has from us.

    `watch` keeps `serving` and `voices` true; `lose` is said by a call that broke: not serving until the worker has
    answered a health check again. `voices` outlive a loss.
    """

    def __init__(self, address: str, on_serving: Callable[[], None]) -> None:
        self.address = address
        self.serving = False
        self.voices: Mapping[str, Voice] = {}
        self.calls = 0
        self._on_serving = on_serving
        self._lost = asyncio.Event()
        self._channel = aio.insecure_channel(address, CHANNEL_OPTIONS)
        self._health = Health(self._channel)
        self._stub = synth_pb2_grpc.SynthesisStub(self._channel)

    def synthesize(
        self, request: synth_pb2.SynthesizeRequest
    ) -> aio.UnaryStreamCall[synth_pb2.SynthesizeRequest, synth_pb2.SynthesizeReply]:
        return self._stub.Synthesize(request)

    def lose(self) -> None:
        self.serving = False
        self._lost.set()

    async def watch(self) -> None:
        while True:
            self._lost.clear()
            served = self.serving
            self.serving = await self._looks_well() and not self._lost.is_set()
            if self.serving and not served:
                self._on_serving()
            await self._pause()

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
        return True

    async def _pause(self) -> None:
        if self.serving:
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_EVERY):
                    await self._lost.wait()
        if not self.serving:
            await asyncio.sleep(LOOK_AGAIN)
