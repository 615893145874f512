"""Workers that speak by a script, behind real sockets, and networks that can be cut."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import grpc
from grpc_health.v1 import health, health_pb2_grpc

from gateway.core.events import SegmentDone, Synthesize
from protos import synth_pb2, synth_pb2_grpc

Reply, Failure = synth_pb2.Reply, synth_pb2.Failure
DONE = Reply(done=synth_pb2.Done(queued=0.1, computed=0.2, batch_size=3, unread=2))
SAID = SegmentDone(7, 0.1, 0.2, 3, 2)


def segment(**fields):
    return replace(Synthesize(7, "Hi you.", "anna", "en", speed=1.0, pitch=1.0, due_in=0.0), **fields)


class Worker(synth_pb2_grpc.SynthesisServicer):
    """Speaks each segment as its `script` says: an async function that yields replies and may raise Gone."""

    def __init__(self, script, voices, sample_rate, per_second):
        self.script = script
        self.voices = voices
        self.per_second = per_second
        self.sample_rate = sample_rate
        self.requests = []
        self.orders = []
        self.streams = 0
        self.load = None
        self.messages = []  # orders in each
        self.asked = asyncio.Event()
        self.abandoned = asyncio.Event()
        self.granted = asyncio.Event()
        self.health = health.aio.HealthServicer()
        self._speaking = {}
        self._one_at_a_time = asyncio.Lock()

    async def Speak(self, orders, context):  # noqa: N802 - the wire's name
        self.streams += 1
        try:
            async with asyncio.TaskGroup() as group:
                async for message in orders:
                    self.messages.append(len(message.orders))
                    for order in message.orders:
                        self._obey(order, group, context)
        except* Gone:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "gone")

    def _obey(self, order, group, context):
        self.orders.append(order)
        match order.WhichOneof("order"):
            case "synthesize":
                self.requests.append(order.synthesize)
                self.asked.set()
                self._speaking[order.segment_id] = group.create_task(self._speak(order.segment_id, context))
            case "abandon":
                self._speaking[order.segment_id].cancel()
                self.abandoned.set()
            case "more":
                self.granted.set()

    async def _speak(self, segment_id, context):
        async for reply in self.script(segment_id):
            async with self._one_at_a_time:
                await context.write(synth_pb2.Replies(replies=[of(segment_id, reply)], load=self.load))

    async def Describe(self, request, context):  # noqa: N802, ARG002 - the wire's name
        voices = [synth_pb2.Voice(name=name, language="en-us") for name in self.voices]
        return synth_pb2.DescribeReply(
            engine="test", sample_rate=self.sample_rate, voices=voices, per_second=self.per_second
        )

    async def tell(self, status):
        await self.health.set("", status)


def saying(*replies):
    async def script(_):
        for reply in replies:
            yield reply

    return script


def failing(code, message="", after=()):
    return saying(*after, Reply(failure=Failure(code=code, message=message)))


class Gone(Exception):
    """The stream breaks."""


def breaking(*after):
    async def script(_):
        for reply in after:
            yield reply
        raise Gone

    return script


def of(segment_id, reply):
    told = Reply(segment_id=segment_id)
    told.MergeFrom(reply)
    return told


async def silent(_):
    await asyncio.Event().wait()
    yield


async def endless(_):
    while True:
        yield Reply(pcm=b"abcd")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def worker(address, script, *, voices=("anna",), sample_rate=24000, per_second=0.0):
    server, servicer = grpc.aio.server(), Worker(script, voices, sample_rate, per_second)
    synth_pb2_grpc.add_SynthesisServicer_to_server(servicer, server)
    health_pb2_grpc.add_HealthServicer_to_server(servicer.health, server)
    server.add_insecure_port(address)
    await server.start()
    try:
        yield servicer
    finally:
        await server.stop(None)


class Relay:
    """A network between client and worker. `freeze`: whatever is sent on a connection opened before is lost."""

    def __init__(self, to):
        self._to = to
        self._opened = 0
        self._frozen = 0
        self._writers = []

    def freeze(self):
        self._frozen = self._opened

    async def carry(self, reader, writer):
        far_reader, far_writer = await asyncio.open_unix_connection(self._to)
        self._opened += 1
        self._writers += [writer, far_writer]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, far_writer, self._opened))
            group.create_task(self._pump(far_reader, writer, self._opened))

    async def _pump(self, reader, writer, number):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if number > self._frozen:
                    writer.write(data)
        writer.close()

    async def close(self):
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def relay(to):
    network = Relay(to)
    server = await asyncio.start_server(network.carry, "127.0.0.1", 0)
    try:
        yield network, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await network.close()


async def said(client, **fields):
    return [message async for message in client.synthesize(segment(**fields))]
