"""A real gateway with real workers, clients that prove what they hear to the sample, and a network that can vanish.

The tone engine's audio names its text, so every stream proves order, ownership and completeness by itself.
"""

import asyncio
import ctypes
import fcntl
import itertools
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import msgspec
import psutil
import pytest
from google.protobuf.json_format import MessageToDict
from grpc import aio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from loadtest.postgres import cluster, missing
from loadtest.processes import free_port
from loadtest.signature import pcm
from protos import speech_pb2, speech_pb2_grpc

START = 60.0
STOP = 15.0
PCM = {"encoding": "pcm_s16le", "sample_rate": 24_000}
AUDIO_HEADER = struct.Struct(">HI")
SAMPLE_BYTES = 2
NATIVE_PATH = "/v1/stream?audio=binary"
# One connection per client: channels of one process share theirs otherwise.
OWN_CONNECTION = (("grpc.use_local_subchannel_pool", 1),)


async def until(condition, within, what=""):
    """Waits for something in another process. The seconds that it took."""
    started = time.monotonic()
    while not (value := condition()):
        waited = time.monotonic() - started
        assert waited < within, f"{what or condition} did not come within {within} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - started if value is True else value


class Gateway:
    """A `gateway` process as its operator sees it."""

    def __init__(self, process, log, port, grpc_port):
        self.process = psutil.Process(process.pid)
        self.port, self.grpc_port = port, grpc_port
        self.url = f"ws://127.0.0.1:{port}"
        self._popen = process
        self._log = log
        self.seen = set()

    def children(self):
        with suppress(psutil.NoSuchProcess):
            self.seen.update(self.process.children(recursive=True))
        return [child for child in self.seen if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

    def workers(self):
        return [child for child in self.children() if "synth" in _command(child)]

    def members(self):
        return [child for child in self.children() if "member" in _command(child)]

    def rss(self):
        """Of the gateway's own processes, bytes."""
        return sum(each.memory_info().rss for each in [self.process, *self.members()])

    def get(self, path, timeout=2.0):
        """(status, body); 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self):
        return self.get("/readyz")[0] == 200

    def metric(self, name):
        """The sum over all labels; 0 when nothing was counted yet."""
        body = self.get("/metrics")[1]
        return sum(float(value) for value in re.findall(rf"^voxgate_{name}(?:{{.*}})? (\S+)$", body, re.MULTILINE))

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def running(self):
        assert self._popen.poll() is None, f"the gateway ended with status {self._popen.returncode}:\n{self.log()}"
        return True

    async def started(self, processes):
        await until(lambda: self.running() and self.log().count("listening") == processes, START, "all processes")
        await until(self.ready, START, "ready")
        self.children()

    async def ended(self, within=STOP):
        """The exit status. Then nothing of it is left."""
        await until(lambda: self._popen.poll() is not None, within, "the gateway's end")
        await until(lambda: not self.children(), 2.0, "the end of its children")
        return self._popen.returncode

    def kill(self):
        """For a test that failed half-way: leaves nothing behind."""
        for each in [*self.children(), self.process]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._popen.wait()


def _command(process):
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return process.cmdline()
    return []


@pytest.fixture(scope="module")
def postgres():
    """A cluster that a test may stop and start."""
    if missing():
        pytest.skip(f"not on the PATH: {', '.join(missing())}")
    with cluster(durable=False) as made:
        yield made


@pytest.fixture
def gateway(tmp_path):
    """`async with gateway("pace=1", "--workers=2", write_deadline=1) as server`; ends well and leaves nothing."""

    @asynccontextmanager
    async def serve(engine="pace=1", *options, expect=0, port=0, **settings):
        port, grpc_port = port or free_port(), free_port()
        engine_options = [] if engine == "espeak" else ["--engine=tone", f"--engine-options={engine}"]
        command = [f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={tmp_path}", *engine_options, *options]
        environ = {f"VOXGATE_{name.upper()}": str(value) for name, value in settings.items()}
        with (tmp_path / f"gateway-{port}.log").open("w+b") as log:
            process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [sys.executable, "-m", "gateway", *command],
                stderr=log,
                env={**os.environ, "GRPC_VERBOSITY": "NONE", **environ},
            )
            server = Gateway(process, log, port, grpc_port)
            try:
                await server.started(2 if "--processes=2" in options else 1)
                yield server
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                assert await server.ended() == expect, server.log()
                assert "Traceback" not in server.log(), server.log()
            finally:
                server.kill()

    return serve


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


@pytest.fixture
def client():
    """`async with client(server) as one`; transport: "websocket" or "grpc"."""

    def talk_to(server, transport="websocket", **options):
        if transport == "websocket":
            return websocket(server.url, **options)
        return grpc_call(f"127.0.0.1:{server.grpc_port}")

    return talk_to


@pytest.fixture
def bystanders(client):
    """`async with bystanders(server) as them`: streams that nothing may disturb; proved at the end.

    They speak sentence after sentence until the block is left. gap: the longest pause in their audio that is forgiven.
    """

    @asynccontextmanager
    async def listen(server, count=4, gap=1.0):
        ending = asyncio.Event()

        async def listen_on(one, number):
            stream = await one.open()
            for turn in itertools.count(1):
                sentence = f"Listener {number} hears sentence {turn}, whole and in order. "
                before = len(stream.pcm)
                await one.say(sentence)
                await one.until(lambda: one.closed or stream.kinds().count("flush_done") == turn)  # noqa: B023 - awaited here
                assert one.closed is None
                assert stream.pcm[before:] == pcm(sentence)
                if ending.is_set():
                    break
            assert stream.longest_gap < gap

        async with AsyncExitStack() as stack:
            kinds = ["grpc" if number % 4 == 3 else "websocket" for number in range(count)]
            ones = [await stack.enter_async_context(client(server, kind)) for kind in kinds]
            async with asyncio.TaskGroup() as group:
                for number, one in enumerate(ones):
                    group.create_task(listen_on(one, number))
                for one in ones:
                    await one.until(lambda: one.streams and one.streams["a"].pcm)  # noqa: B023 - awaited here
                yield
                ending.set()

    return listen


class Tunnel:
    """A TCP proxy whose connections to the server can vanish: no packet of the server is answered any more."""

    def __init__(self, server_port):
        self._server_port = server_port
        self._writers = []
        self._uplinks = []
        self._carrying = set()

    async def carry(self, reader, writer):
        self._carrying.add(asyncio.current_task())
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._uplinks.append(up_writer)
        self._writers += [writer, up_writer]
        await asyncio.gather(_copy(reader, up_writer), _copy(up_reader, writer), return_exceptions=True)

    def settled(self):
        """Everything sent has been acknowledged: the clients' kernels have nothing to say again and again."""
        return all(_unacknowledged(writer.get_extra_info("socket")) == 0 for writer in self._uplinks)

    def vanish(self):
        for writer in self._uplinks:
            writer.transport.pause_reading()
            drop_everything(writer.get_extra_info("socket"))

    async def close(self):
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._carrying)


def _unacknowledged(connection):
    return struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0]


async def _copy(reader, writer):
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


def drop_everything(connection):
    """A packet filter that lets nothing in: to its peer, a connection whose cable was cut. Needs no rights (Linux)."""
    refuse = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF: return 0
    so_attach_filter = 26
    connection.setsockopt(socket.SOL_SOCKET, so_attach_filter, struct.pack("HP", 1, ctypes.addressof(refuse)))


@pytest.fixture
def tunnel():
    """`async with tunnel(port) as (line, its_port)`."""

    @asynccontextmanager
    async def dig(port):
        line = Tunnel(port)
        listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
        try:
            yield line, listener.sockets[0].getsockname()[1]
        finally:
            await line.close()
            listener.close()

    return dig


class RawSocket:
    """A client that keeps to nothing."""

    def __init__(self, port, receive_buffer=0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20.0)
        self.socket.connect(("127.0.0.1", port))

    def upgrade(self):
        self.socket.sendall(
            f"GET {NATIVE_PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        reply = b""
        while not reply.endswith(b"\r\n\r\n"):
            reply += self.socket.recv(1)
        assert b" 101 " in reply
        return self

    def send(self, data):
        self.socket.sendall(data)

    def send_json(self, **fields):
        self.send(frame(1, msgspec.json.encode(fields)))

    def read_to_end(self):
        """The bytes that came until the server hung up or said that it closes; a reset ends them too."""
        received = b""
        with suppress(ConnectionError):
            while not _says_close(received) and (data := self.socket.recv(65_536)):
                received += data
        return received

    def reset(self):
        """RST, at once."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()


def _says_close(received):
    """Whether these frames of a server end with a close frame."""
    while len(received) >= 2:
        size, start = received[1], 2
        if size > 125:
            start += 2 if size == 126 else 8
            size = int.from_bytes(received[2:start], "big")
        if received[0] & 0xF == 8:
            return len(received) >= start + size
        received = received[start + size :]
    return False


def frame(opcode, payload, announced=None):
    """A masked frame, mask zero; announced: the length that it claims to have."""
    size = len(payload) if announced is None else announced
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 65_536:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


@pytest.fixture
def raw():
    """`raw(server)`: a socket without manners; all are closed at the end."""
    opened = []

    def dial(server, **options):
        opened.append(RawSocket(server.port, **options))
        return opened[-1]

    yield dial
    for each in opened:
        each.close()


@pytest.fixture(name="frame")
def frame_fixture():
    return frame


@pytest.fixture(name="until")
def until_fixture():
    return until
