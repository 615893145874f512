"""A worker in this process, behind a real socket, and a gateway's end of the wire."""

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import count

import grpc
import pytest

from protos import synth_pb2, synth_pb2_grpc
from synth.config import ToneOptions, WorkerConfig
from synth.engines.tone import ToneEngine
from synth.server import Worker


class Call:
    """One segment's replies, up to the one that has `done` or `failure`. Raises what ended the stream before that."""

    def __init__(self, segment_id, order):
        self.segment_id = segment_id
        self.heard = asyncio.Queue()
        self._order = order
        self._over = False

    def cancel(self):
        self._order(abandon=synth_pb2.Abandon())

    def grant(self, samples):
        self._order(more=synth_pb2.More(samples=samples))

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._over:
            raise StopAsyncIteration
        reply = await self.heard.get()
        if isinstance(reply, Exception):
            raise reply
        self._over = reply.WhichOneof("end") is not None
        return reply


class Stream:
    """A gateway's stream to a worker. `messages` is how many have come; `ended` has how the stream ended."""

    def __init__(self, channel):
        self.describe = synth_pb2_grpc.SynthesisStub(channel).Describe
        self.messages = 0
        self.load = synth_pb2.Load()
        self.ended = asyncio.get_running_loop().create_future()
        self._ids = count(1)
        self._calls = {}
        self._orders = asyncio.Queue()
        self._wire = synth_pb2_grpc.SynthesisStub(channel).Speak(self._outgoing())

    def ask(self, text, voice="tone", *, credit=2**40, **fields):
        segment_id = next(self._ids)
        call = self._calls[segment_id] = Call(segment_id, lambda **order: self._order(segment_id, **order))
        call._order(synthesize=synth_pb2.Synthesize(text=text, voice=voice, credit=credit, **fields))
        return call

    async def arrived(self):
        """What was ordered before has reached the worker: it hears the orders of a stream one after the other."""
        assert [reply.failure.code async for reply in self.ask("")] == [synth_pb2.Failure.INVALID_ARGUMENT]

    async def read(self):
        ending = EOFError("the worker ended the stream")
        try:
            async for message in self._wire:
                self.messages += 1
                self.load = message.load
                for reply in message.replies:
                    self._calls[reply.segment_id].heard.put_nowait(reply)
        except grpc.aio.AioRpcError as error:
            ending = error
        self.ended.set_result(ending)
        for call in self._calls.values():
            call.heard.put_nowait(ending)

    async def close(self):
        self._wire.cancel()
        with suppress(asyncio.CancelledError):
            await self._wire.code()

    def _order(self, segment_id, **order):
        self._orders.put_nowait(synth_pb2.Order(segment_id=segment_id, **order))

    async def _outgoing(self):
        while True:
            yield synth_pb2.Orders(orders=[await self._orders.get()])


@asynccontextmanager
async def _stream(channel):
    stream = Stream(channel)
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(stream.read())
        try:
            yield stream
        finally:
            reading.cancel()
            await stream.close()


@pytest.fixture
def streaming():
    """`async with streaming(channel) as stream`."""
    return _stream


@pytest.fixture
def serving(tmp_path):
    """`async with serving(engine, **config) as (channel, worker)`; tone options make a tone engine."""

    @asynccontextmanager
    async def serve(engine=None, *, max_queued_audio=1200.0, max_late=5.0, **tone):
        config = WorkerConfig(listen=f"unix:{tmp_path}/synth", max_queued_audio=max_queued_audio, max_late=max_late)
        worker = Worker(config, engine or ToneEngine(ToneOptions(**tone)))
        await worker.start()
        async with grpc.aio.insecure_channel(worker.address) as channel:
            try:
                yield channel, worker
            finally:
                await worker.stop(0)

    return serve


@pytest.fixture
def speaking(serving):
    """The same, but gives only a stream to it."""

    @asynccontextmanager
    async def speak(engine=None, **options):
        async with serving(engine, **options) as (channel, _worker), _stream(channel) as stream:
            yield stream

    return speak
