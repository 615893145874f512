"""Clients over WebSocket and gRPC that keep what they hear, stream by stream."""

import asyncio
import struct
import time
from contextlib import asynccontextmanager

import msgspec
from google.protobuf.json_format import MessageToDict
from grpc import aio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from protos import speech_pb2, speech_pb2_grpc

PCM = {"encoding": "pcm_s16le", "sample_rate": 24_000}
AUDIO_HEADER = struct.Struct(">HI")
SAMPLE_BYTES = 2
NATIVE_PATH = "/v1/stream?audio=binary"
# One connection per client: channels of one process share theirs otherwise.
OWN_CONNECTION = (("grpc.use_local_subchannel_pool", 1),)


class Stream:
    """What was heard of one context."""

    def __init__(self):
        self.pcm = bytearray()
        self.sequence = 0
        self.events = []
        self.longest_gap = 0.0
        self.after_done = []
        self._heard_at = None

    def kinds(self):
        return [kind for kind, _ in self.events]

    def find(self, kind):
        return next((fields for found, fields in self.events if found == kind), None)

    @property
    def sent_ms(self):
        return len(self.pcm) / SAMPLE_BYTES / 24

    def hear_audio(self, sequence, audio):
        assert sequence == self.sequence + 1, "a hole in the sequence"
        assert len(audio) % SAMPLE_BYTES == 0
        now = time.monotonic()
        if self._heard_at is not None:
            self.longest_gap = max(self.longest_gap, now - self._heard_at)
        self._heard_at = now
        self.sequence = sequence
        self.pcm += audio

    def hear(self, kind, fields):
        assert self.find("context_done") is None, f"{kind} after context_done"
        self.events.append((kind, fields))


class Client:
    """One connection, WebSocket or gRPC. Reads all the time; `closed` is (code, reason) or a gRPC status."""

    def __init__(self, send):
        self.streams = {}
        self.events = []
        self.closed = None
        self._send = send
        self._handles = {}
        self._news = asyncio.Event()
        self._reads = asyncio.Event()
        self._reads.set()

    async def send(self, kind, **fields):
        await self._send(kind, fields)

    def pause(self):
        """Reads nothing, from the next message on."""
        self._reads.clear()

    def resume(self):
        self._reads.set()

    async def reads(self):
        await self._reads.wait()

    async def open(self, context_id="a", **settings):
        self.streams[context_id] = Stream()
        await self.send("open_context", context_id=context_id, output=settings.pop("output", PCM), **settings)
        return self.streams[context_id]

    async def say(self, text, context_id="a"):
        await self.send("append_text", context_id=context_id, text=text)
        await self.send("flush", context_id=context_id)

    async def finish(self, text, context_id="a"):
        await self.send("append_text", context_id=context_id, text=text)
        await self.send("close_context", context_id=context_id)

    async def until(self, condition, within=20.0):
        async with asyncio.timeout(within):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def heard(self, kind, context_id="a", within=20.0):
        await self.until(lambda: self.closed or kind in self.streams[context_id].kinds(), within)
        found = self.streams[context_id].find(kind)
        assert found is not None, (
            f"closed with {self.closed} before {kind}; {self.events} {self.streams[context_id].events}"
        )
        return found

    def hear(self, kind, fields):
        if kind == "context_opened" and "handle" in fields:
            self._handles[fields["handle"]] = fields["context_id"]
        if kind == "audio":
            self.hear_audio(fields["context_id"], fields["sequence"], fields["audio"])
        elif fields.get("context_id"):
            self.streams[fields["context_id"]].hear(kind, fields)
        else:
            self.events.append((kind, fields))
        self._news.set()

    def hear_audio(self, context_id, sequence, audio):
        self.streams[context_id].hear_audio(sequence, audio)
        self._news.set()

    def hear_frame(self, frame):
        if isinstance(frame, str):
            message = msgspec.json.decode(frame)
            self.hear(message.pop("type"), message)
        else:
            handle, sequence = AUDIO_HEADER.unpack_from(frame)
            self.hear_audio(self._handles[handle], sequence, frame[AUDIO_HEADER.size :])

    def end(self, how):
        self.closed = how
        self._news.set()


@asynccontextmanager
async def websocket(url, **options):
    async with connect(url + NATIVE_PATH, max_size=None, ping_interval=None, close_timeout=1, **options) as socket:

        async def send(kind, fields):
            await socket.send(msgspec.json.encode({"type": kind, **fields}).decode())

        client = Client(send)

        async def read():
            try:
                while True:
                    await client.reads()
                    client.hear_frame(await socket.recv())
            except ConnectionClosed:
                client.end((socket.close_code, socket.close_reason))

        async with _alongside(client, read):
            yield client


@asynccontextmanager
async def grpc_call(address):
    async with aio.insecure_channel(address, OWN_CONNECTION) as channel:
        call = speech_pb2_grpc.SpeechStub(channel).StreamingSynthesize()

        async def send(kind, fields):
            message = speech_pb2.ClientMessage()
            part = getattr(message, kind)
            part.SetInParent()
            part.MergeFrom(type(part)(**fields))
            await call.write(message)

        client = Client(send)

        async def read():
            try:
                async for message in call:
                    kind = message.WhichOneof("message")
                    assert kind
                    part = getattr(message, kind)
                    if kind == "audio":
                        client.hear_audio(part.context_id, part.sequence, part.audio)
                    else:
                        client.hear(kind, MessageToDict(part, preserving_proto_field_name=True))
                client.end((await call.code(), ""))
            except aio.AioRpcError as error:
                client.end((error.code(), error.details()))

        async with _alongside(client, read):
            yield client
        call.cancel()


@asynccontextmanager
async def _alongside(client, reading):
    """Reads while the block runs; what the reader finds wrong fails the test."""

    async def read():
        try:
            await reading()
        finally:
            client.end(client.closed or "no more was read")

    task = asyncio.create_task(read())
    try:
        yield
    finally:
        task.cancel()
        (found,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(found, Exception):
            raise found
