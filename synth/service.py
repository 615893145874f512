"""The wire: each gateway's stream, and what the engine can speak."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

from grpc import StatusCode
from grpc.aio import ServicerContext

from protos import synth_pb2, synth_pb2_grpc
from synth.engines import Engine
from synth.gpu import EngineThreads
from synth.preparer import Preparer
from synth.stream import Stream

Context = ServicerContext[synth_pb2.Orders, synth_pb2.Replies]


class SynthesisService(synth_pb2_grpc.SynthesisServicer):
    """Takes streams between `open` and `drain`; else they are answered with UNAVAILABLE."""

    def __init__(self, engine: Engine, preparer: Preparer, threads: EngineThreads) -> None:
        self._engine = engine
        self._preparer = preparer
        self._threads = threads
        self._job_ids = count(1)
        self._open = False
        self._streams: set[Stream] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    def open(self) -> None:
        self._open = True

    async def drain(self) -> None:
        """Takes no more streams and segments; returns when the running ones have ended."""
        self._open = False
        for stream in self._streams:
            stream.drain()
        await self._idle.wait()

    async def Speak(self, orders: AsyncIterator[synth_pb2.Orders], context: Context) -> None:  # type: ignore[override] # noqa: N802 - the wire's name; replies are written, so that a lost stream ends here and at once
        if not self._open:
            await context.abort(StatusCode.UNAVAILABLE, "this worker is starting or stopping")
        stream = Stream(self._engine, self._preparer, self._threads, self._job_ids.__next__)
        self._streams.add(stream)
        self._idle.clear()
        try:
            await _carry(orders, stream, context)
        finally:
            stream.close()
            self._streams.remove(stream)
            if not self._streams:
                self._idle.set()

    async def Describe(self, request: synth_pb2.DescribeRequest, context: Context) -> synth_pb2.DescribeReply:  # noqa: N802, ARG002 - the wire's
        return synth_pb2.DescribeReply(
            engine=self._engine.name,
            sample_rate=self._engine.sample_rate,
            deterministic=self._engine.deterministic,
            per_batch=self._engine.cost.fixed,
            per_second=self._engine.cost.per_second,
            voices=[
                synth_pb2.Voice(
                    name=voice.name, language=voice.language, gender=voice.gender, display_name=voice.display_name
                )
                for voice in self._engine.voices()
            ],
        )


async def _carry(orders: AsyncIterator[synth_pb2.Orders], stream: Stream, context: Context) -> None:
    """Until one side ends. No task group: what gRPC raises for a lost stream must reach it as it is."""
    reading = asyncio.create_task(_read(orders, stream))
    try:
        while replies := await stream.replies():
            await context.write(replies)
    finally:
        reading.cancel()
    if reading.done():
        reading.result()


async def _read(orders: AsyncIterator[synth_pb2.Orders], stream: Stream) -> None:
    try:
        async for message in orders:
            for order in message.orders:
                stream.handle(order)
    finally:
        stream.close()
