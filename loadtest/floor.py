"""The floor: the least that a server can do and still send the same frames at the same times.

A bare aiohttp WebSocket server on uvloop in a process of its own, without any logic: PCM frames out of memory, or a
sine through libopus in the loop, an Ogg page around each packet. What a gateway costs beyond it is what its logic
costs; the ratio holds on any machine, the figures do not.
"""

import asyncio
import secrets
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import cyclopts
import uvloop
from aiohttp import web

from loadtest.processes import Server, child, free_port, listens
from loadtest.signature import SAMPLE_RATE, pcm

FRAME = SAMPLE_RATE // 50  # samples of 20 ms
BIT_RATE = 32_000
TEXT = "what it costs to encode depends on what is said so this says a little more than one word"
_PAGE = struct.Struct("<4sBBqIIIBB")
# The Ogg checksum is CRC-32 with its bits the other way round (RFC 3533, section 6).
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A message every `period` seconds, with so many frames of 20 ms in it."""

    opus: bool = False
    frames: int = 10
    period: float = 0.2


def frames_of(schedule: Schedule) -> Callable[[], bytes]:
    """Where one connection's frames come from."""
    source = _cycle(_pieces())
    return _Encoder(source).page if schedule.opus else source


@cache
def _pieces() -> list[bytes]:
    """The same for all connections."""
    speech = pcm(TEXT)
    return [speech[start : start + 2 * FRAME] for start in range(0, len(speech) - 2 * FRAME + 1, 2 * FRAME)]


def serve(*, port: int, opus: bool = False, frames: int = 10, period: float = 0.2) -> None:
    """Runs the floor server on this machine until it is told to stop: by itself, so that it holds nothing else."""
    schedule = Schedule(opus, frames, period)
    app = web.Application()
    app.router.add_get("/v1/stream", _Floor(schedule).stream)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, loop=uvloop.new_event_loop())


@contextmanager
def floor(schedule: Schedule) -> Iterator[Server]:
    port = free_port()
    options = [f"--port={port}", f"--frames={schedule.frames}", f"--period={schedule.period}"]
    with child("loadtest.floor", *options, *(["--opus"] if schedule.opus else [])) as server:
        server.wait_until(lambda: listens(port))
        yield Server(server.process.pid, f"ws://127.0.0.1:{port}")


class _Floor:
    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        with suppress(ConnectionError):  # the client has heard enough
            await self._send(socket)
        return socket

    async def _send(self, socket: web.WebSocketResponse) -> None:
        loop, schedule = asyncio.get_running_loop(), self._schedule
        frame = frames_of(schedule)
        due, sequence = loop.time(), 0
        while not socket.closed:
            sequence += 1
            audio = b"".join(frame() for _ in range(schedule.frames))
            await socket.send_bytes(struct.pack(">HI", 0, sequence) + audio)
            due += schedule.period
            await asyncio.sleep(due - loop.time())


class _Encoder:
    """libopus and an Ogg page around each packet, as little as makes a stream."""

    def __init__(self, source: Callable[[], bytes]) -> None:
        self._source = source
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate = SAMPLE_RATE
        self._codec.time_base = Fraction(1, SAMPLE_RATE)
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.bit_rate = BIT_RATE
        self._codec.options = {"application": "audio", "frame_duration": "20"}
        self._serial = secrets.randbits(32)
        self._pages = 0

    def page(self) -> bytes:
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(self._source())
        frame.sample_rate = SAMPLE_RATE
        packet = b"".join(bytes(packet) for packet in self._codec.encode(frame))
        self._pages += 1
        # A packet of 20 ms at 32 kbit/s is 80 bytes, so that its length takes one byte.
        granule = 960 * self._pages
        head = _PAGE.pack(b"OggS", 0, 0, granule, self._serial, self._pages, 0, 1, min(len(packet), 254))
        crc = zlib.crc32((head + packet).translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
        return head[:22] + crc.to_bytes(4, "big").translate(_REVERSED) + head[26:] + packet


def _cycle(pieces: list[bytes]) -> Callable[[], bytes]:
    place = -1

    def following() -> bytes:
        nonlocal place
        place = (place + 1) % len(pieces)
        return pieces[place]

    return following


if __name__ == "__main__":
    cyclopts.run(serve)
