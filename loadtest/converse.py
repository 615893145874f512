"""Clients who converse with a real engine: how soon they are heard, how evenly, and how much is spoken in all.

Nothing is known of the samples, so they are only counted. A turn is a text of 5 to 60 words. In a closed loop so many
clients speak: the next turn follows when the last audio has come, or, with `listens`, when it has been played. In an
open loop so many turns come a second, each of a client of its own, whatever has become of those before. A turn that is
refused comes again after the time that the server told; its first audio counts from the first time that it was asked
for.
"""

import asyncio
import itertools
import json
import random
import re
import time
from array import array
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from loadtest import websocket
from loadtest.measure import WORST_STALL, summarise
from loadtest.phrases import SENTENCES
from loadtest.processes import Meter, Server, busy
from loadtest.stream import now
from loadtest.turn import Stopwatch, Turn
from loadtest.wire import Fields, LostError

SAMPLE_RATE = 24_000
BYTES_PER_SECOND = 2 * SAMPLE_RATE
OUTPUT = {"encoding": "pcm_s16le", "sample_rate": SAMPLE_RATE}
TURN_WORDS = (5, 60)
PROBE_EVERY = 0.1  # seconds
LEAVES_FOR = 0.5  # seconds that one who has hung up stays away
STALLED_BUFFER = 1024  # bytes
TURN_TIMEOUT = 180.0
RETRY = re.compile(r"try again in ([\d.]+) s")


@dataclass(frozen=True, slots=True)
class Habits:
    """pace: tokens a second, 0 for the whole text at once; latency: what is asked for, empty: nothing; listens: the
    next turn waits until the last has been played; stalled: clients more who ask for a long text and never read;
    leavers: clients more who hang up at the first sound, again and again.
    """

    pace: float = 0.0
    latency: str = ""
    listens: bool = False
    stalled: int = 0
    leavers: int = 0


@dataclass(slots=True)
class Found:
    """What so many clients found, or, with a rate, those of so many turns a second.

    first: seconds from asking to the first audio; probes: of the health answers; neighbours: cores that others used
    meanwhile, so that a disturbed run is known.
    """

    clients: int
    rate: float = 0.0
    turns: list[Turn] = field(default_factory=list)
    first: "array[float]" = field(default_factory=lambda: array("d"))
    gaps: "array[float]" = field(default_factory=lambda: array("d"))
    probes: "array[float]" = field(default_factory=lambda: array("d"))
    refused: int = 0
    left: int = 0
    failures: list[str] = field(default_factory=list)
    audio: float = 0.0
    elapsed: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    rss: dict[str, int] = field(default_factory=dict)
    neighbours: float = 0.0

    @property
    def starved(self) -> int:
        """Turns with a gap of more than 100 ms."""
        return sum(turn.worst_stall > WORST_STALL for turn in self.turns)

    @property
    def load(self) -> str:
        return f"{self.rate:g} turns a second" if self.rate else f"{self.clients} clients"

    def summary(self) -> dict[str, Any]:
        return {
            **({"rate": self.rate} if self.rate else {"clients": self.clients}),
            "turns": len(self.turns),
            "first_audio": asdict(summarise(self.first)),
            "audio_per_second": self.audio / self.elapsed,
            "starved": self.starved,
            "worst_stall": asdict(summarise(turn.worst_stall for turn in self.turns)),
            "refused": self.refused,
            "left": self.left,
            "failures": self.failures[:3],
            "neighbours": self.neighbours,
            "health": asdict(summarise(self.probes)),
            "cpu_per_audio_second": {part: cpu / max(self.audio, 1e-9) for part, cpu in self.cpu.items()},
            "rss_mib": {part: rss / 2**20 for part, rss in self.rss.items()},
        }

    def __str__(self) -> str:
        first, health, stall = (
            summarise(self.first),
            summarise(self.probes),
            summarise(t.worst_stall for t in self.turns),
        )
        return (
            f"{self.load}, {len(self.turns)} turns: first audio p50 {first.p50:.2f}, p95 {first.p95:.2f} s; "
            f"{self.audio / self.elapsed:.2f} audio seconds a second; {self.starved} turns with a gap (worst, p95: "
            f"{stall.p95:.2f} s); {self.refused} refused, {len(self.failures)} failed; health p50 "
            f"{1000 * health.p50:.1f} ms, p99 {1000 * health.p99:.1f} ms, at most {1000 * health.highest:.1f} ms; "
            f"others used {self.neighbours:.2f} cores"
        )


class Texts:
    """Turns of whole sentences, up to a number of words that is drawn; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - a repeatable script, not a secret

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self.turn(self._dice.randint(*TURN_WORDS))

    def turn(self, words: int) -> str:
        sentences: list[str] = []
        while words > 0:
            sentences.append(self._dice.choice(SENTENCES))
            words -= len(sentences[-1].split())
        return " ".join(sentences)


class Caller:
    """The inbox of one connection that speaks one turn after the other."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._stopwatch = Stopwatch(found.gaps)
        self._ended = asyncio.Event()
        self._heard = asyncio.Event()
        self._failed: Fields | None = None
        self._contexts = itertools.count(1)

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:  # noqa: ARG002 - an Inbox
        seconds = len(payload) / BYTES_PER_SECOND
        self._found.audio += seconds
        self._stopwatch.hear(now(), seconds)
        self._heard.set()

    def message(self, kind: str, fields: Fields) -> None:
        if kind == "failed":
            self._failed = fields["error"]
        if kind == "context_done" or (kind == "failed" and not fields.get("context_id")):
            self._ended.set()  # the last that is said of this turn: what comes now belongs to the next one
            self._heard.set()

    def broken(self, story: str) -> None:
        self.lost(story)

    def lost(self, story: str) -> None:
        if story:
            self._failed = {"reason": "lost", "message": story}
        self._ended.set()
        self._heard.set()

    async def take_turn(self, wire: websocket.WebSocket, text: str, habits: Habits) -> None:
        """From the first word to the last audio. A refused turn comes again."""
        asked_at = now()
        while (retry_in := await self._try(wire, text, habits)) is not None:
            self._found.refused += 1
            await asyncio.sleep(retry_in)
        turn = self._stopwatch.turn(0.0)
        if turn is not None:
            self._found.turns.append(turn)
            self._found.first.append(turn.from_first_token + self._began - asked_at)

    async def _try(self, wire: websocket.WebSocket, text: str, habits: Habits) -> float | None:
        """None: heard. Else seconds after which to come again."""
        context_id = f"c{next(self._contexts)}"
        self._begin()
        await say(wire, context_id, text, habits, self._stopwatch)
        async with asyncio.timeout(TURN_TIMEOUT):
            await self._ended.wait()
        if self._failed is None:
            return None
        if self._failed["reason"] != "overloaded" or self._stopwatch.heard:
            self._found.failures.append(str(self._failed))
            return None
        told = RETRY.search(self._failed["message"])
        return float(told[1]) if told else 1.0

    async def first_sound(self, wire: websocket.WebSocket, text: str) -> None:
        """Asks, and returns with the first audio, or when there will be none."""
        self._begin()
        await say(wire, f"c{next(self._contexts)}", text, Habits(), self._stopwatch)
        async with asyncio.timeout(TURN_TIMEOUT):
            await self._heard.wait()

    def left_to_play(self) -> float:
        return self._stopwatch.player.lead(now())

    def _begin(self) -> None:
        self._stopwatch = Stopwatch(self._found.gaps)
        self._began = now()
        self._failed = None
        self._ended.clear()
        self._heard.clear()


async def say(wire: websocket.WebSocket, context_id: str, text: str, habits: Habits, stopwatch: Stopwatch) -> None:
    latency = {"latency": habits.latency} if habits.latency else {}
    wire.send("open_context", {"context_id": context_id, "output": OUTPUT, **latency})
    start = now()
    for number, token in enumerate(re.findall(r"\s*\S+", text) if habits.pace else [text]):
        if habits.pace:
            await asyncio.sleep(start + number / habits.pace - now())
        stopwatch.spoke(now())
        wire.send("append_text", {"context_id": context_id, "text": token})
    wire.send("close_context", {"context_id": context_id})


def measure(server: Server, clients: int, seconds: float, habits: Habits, seed: int = 1, *, rate: float = 0.0) -> Found:
    """rate: turns a second, in place of clients. Raises LostError when a connection cannot be made."""
    meter, before, own = Meter(server.pid), busy(), time.process_time()
    found = asyncio.run(_measure(server, Found(clients, rate), seconds, habits, seed))
    found.cpu, found.rss = meter.cpu(), meter.rss
    ours = sum(found.cpu.values()) + time.process_time() - own
    found.neighbours = max(0.0, busy() - before - ours) / found.elapsed
    return found


async def _measure(server: Server, found: Found, seconds: float, habits: Habits, seed: int) -> Found:
    begun = now()
    try:
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(_probe(server, found))]
            background += [group.create_task(_stall(server, seed + 1000 + each)) for each in range(habits.stalled)]
            background += [
                group.create_task(_leave(server, found, seed + 2000 + each)) for each in range(habits.leavers)
            ]
            if found.rate:
                callers = [group.create_task(_arrive(server, found, begun + seconds, habits, seed))]
            else:
                callers = [
                    group.create_task(_converse(server, found, begun + seconds, habits, Texts(seed + each)))
                    for each in range(found.clients)
                ]
            await asyncio.wait(callers)
            found.elapsed = now() - begun
            for task in background:
                task.cancel()
    except* LostError as lost:
        raise lost.exceptions[0] from None
    return found


async def _arrive(server: Server, found: Found, until: float, habits: Habits, seed: int) -> None:
    """A client for each turn, at random moments; ends with the last one's audio."""
    dice, texts = random.Random(seed), iter(Texts(seed))  # noqa: S311 - repeatable
    async with asyncio.TaskGroup() as clients:
        while (moment := now() + dice.expovariate(found.rate)) < until:
            await asyncio.sleep(moment - now())
            clients.create_task(_converse(server, found, until, habits, [next(texts)]))


async def _converse(server: Server, found: Found, until: float, habits: Habits, texts: Iterable[str]) -> None:
    caller = Caller(found)
    async with websocket.connected(f"{server.url}/v1/stream?audio=binary", caller) as wire:
        for text in texts:
            if now() >= until:
                break
            await caller.take_turn(wire, text, habits)
            if habits.listens:
                await asyncio.sleep(caller.left_to_play())


async def _leave(server: Server, found: Found, seed: int) -> None:
    """Connects, asks, hangs up at the first sound, and does so again."""
    unheard = Found(0)
    for text in Texts(seed):
        caller = Caller(unheard)
        async with websocket.connected(f"{server.url}/v1/stream?audio=binary", caller) as wire:
            await caller.first_sound(wire, text)
        found.left += 1
        await asyncio.sleep(LEAVES_FOR)


@asynccontextmanager
async def _connected(server: Server) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, port = server.url.removeprefix("ws://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=STALLED_BUFFER)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _stall(server: Server, seed: int) -> None:
    """Asks for much and never reads."""
    text = " ".join(Texts(seed).turn(60) for _ in range(8))
    async with _connected(server) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        request = b"POST /v1/speech HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        writer.write(request + _body({"text": text, "encoding": "pcm_s16le"}))
        await asyncio.Event().wait()


def _body(fields: Fields) -> bytes:
    content = json.dumps(fields).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(content), content)


async def _probe(server: Server, found: Found) -> None:
    """Asks for the server's health, on a connection that stays."""
    async with _connected(server) as (reader, writer):
        while True:
            asked_at = now()
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            if f" {HTTPStatus.OK} ".encode() not in head:
                found.failures.append(head.decode(errors="replace").partition("\r\n")[0])
            found.probes.append(now() - asked_at)
            await asyncio.sleep(PROBE_EVERY)
