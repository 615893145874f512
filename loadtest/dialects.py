"""What a vendor's protocol costs the gateway beside our own, as CPU per second of audio, in one run.

The protocols take turns, round by round, since a machine's speed changes while one looks at it; what counts is the
median of the rounds' ratios. The engine speaks at real time, so that all of them carry the same load.
"""

import asyncio
import re
import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import aiohttp

from loadtest.converse import SAMPLE_RATE, Texts
from loadtest.processes import Meter, Server
from loadtest.stream import now
from loadtest.tongues import TONGUES, Post, Tongue

TOKENS_PER_SECOND = 20.0
TURN_TIMEOUT = 60.0


@dataclass(slots=True)
class Study:
    """cpu: the gateway's seconds per second of audio, by protocol, a figure for each round."""

    cpu: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, tongue: Tongue | Post) -> float:
        """Beside its twin."""
        pairs = zip(self.cpu[tongue.name], self.cpu[tongue.twin], strict=True)
        return statistics.median(ours / twin for ours, twin in pairs)

    def table(self) -> str:
        lines = ["| protocol | CPU ms per audio second | beside | ratio |", "|---|---|---|---|"]
        for tongue in TONGUES:
            if tongue.name in self.cpu:
                cost = 1000 * statistics.median(self.cpu[tongue.name])
                beside = f"{tongue.twin} | {self.ratio(tongue):.2f}" if tongue.twin else " | "
                lines.append(f"| {tongue.name} | {cost:.2f} | {beside} |")
        return "\n".join(lines)


def compare(server: Server, streams: int, seconds: float, rounds: int) -> Study:
    study = Study()
    for number in range(rounds):
        for tongue in TONGUES:
            cost = _measure(server, tongue, streams, seconds, seed=1000 * number)
            study.cpu.setdefault(tongue.name, []).append(cost)
            sys.stderr.write(f"{tongue.name}: {1000 * cost:.2f} ms of CPU per audio second\n")
    return study


def _measure(server: Server, tongue: Tongue | Post, streams: int, seconds: float, seed: int) -> float:
    meter = Meter(server.pid)
    audio = asyncio.run(_speak(server, tongue, streams, seconds, seed))
    return meter.cpu()["gateway"] / audio


async def _speak(server: Server, tongue: Tongue | Post, streams: int, seconds: float, seed: int) -> float:
    """Seconds of audio that all of them have heard."""
    until = now() + seconds
    address = server.url.replace("ws", "http", 1)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(address, connector=connector) as http, asyncio.TaskGroup() as group:
        talks = [group.create_task(_talk(http, tongue, until, Texts(seed + each))) for each in range(streams)]
    return sum(each.result() for each in talks) / 2 / SAMPLE_RATE


async def _talk(http: aiohttp.ClientSession, tongue: Tongue | Post, until: float, texts: Iterable[str]) -> int:
    """Bytes of audio that one stream has heard."""
    if isinstance(tongue, Post):
        return await _post(http, tongue, until, texts)
    return await _converse(http, tongue, until, texts)


async def _post(http: aiohttp.ClientSession, tongue: Post, until: float, texts: Iterable[str]) -> int:
    heard = 0
    for text in texts:
        if now() >= until:
            break
        async with asyncio.timeout(TURN_TIMEOUT), http.post(tongue.path, json=tongue.body(text)) as response:
            response.raise_for_status()
            heard += len(await response.read())
    return heard


async def _converse(http: aiohttp.ClientSession, tongue: Tongue, until: float, texts: Iterable[str]) -> int:
    heard = 0
    names = (f"turn-{number}" for number in count(1))
    async with http.ws_connect(tongue.path, max_msg_size=0) as socket:
        for frame in tongue.greet:
            await _send(socket, frame)
        for name, text in zip(names, texts, strict=False):
            if now() >= until:
                break
            heard += await _turn(socket, tongue, name, text)
    return heard


async def _turn(socket: aiohttp.ClientWebSocketResponse, tongue: Tongue, name: str, text: str) -> int:
    """Bytes of audio. The text goes out at the speed at which a model writes, while the answer is heard."""
    async with asyncio.timeout(TURN_TIMEOUT), asyncio.TaskGroup() as group:
        group.create_task(_say(socket, tongue, name, text))
        hearing = group.create_task(_hear(socket, tongue))
    return hearing.result()


async def _say(socket: aiohttp.ClientWebSocketResponse, tongue: Tongue, name: str, text: str) -> None:
    begun = now()
    for number, frame in enumerate(tongue.turn(name, re.findall(r"\S+\s*", text))):
        await asyncio.sleep(begun + number / TOKENS_PER_SECOND - now())
        await _send(socket, frame)


async def _hear(socket: aiohttp.ClientWebSocketResponse, tongue: Tongue) -> int:
    heard = 0
    while True:
        message = await socket.receive()
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            raise AssertionError(f"{tongue.name}: the connection ended: {message.data} {message.extra}")
        found = tongue.hear(message.data)
        heard += len(found.pcm)
        if found.over:
            return heard


async def _send(socket: aiohttp.ClientWebSocketResponse, frame: str | bytes) -> None:
    await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
