"""What a vendor's protocol costs the gateway beside our own, as CPU per second of audio, in one run.

Each takes turns with its twin, again and again, since a machine's speed changes while one looks at it; what counts is
the median of the ratios. The engine speaks and the text comes as fast as they can: what the gateway does for each
second of audio is all that is left, so that a dialect's share is at its largest.
"""

import asyncio
import re
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

import aiohttp

from loadtest.converse import SAMPLE_RATE, Texts
from loadtest.processes import Meter, Server
from loadtest.stream import now
from loadtest.tongues import TONGUES, Post, Tongue

TURN_TIMEOUT = 60.0


@dataclass(slots=True)
class Pair:
    """ours, twins: the gateway's CPU seconds per second of audio, a figure for each round."""

    tongue: Tongue | Post
    ours: list[float] = field(default_factory=list)
    twins: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(ours / twins for ours, twins in zip(self.ours, self.twins, strict=True))


def table(pairs: Sequence[Pair]) -> str:
    lines = ["| protocol | CPU ms per audio second | beside | ms | ratio |", "|---|---|---|---|---|"]
    for pair in pairs:
        ours, twins = (1000 * statistics.median(figures) for figures in (pair.ours, pair.twins))
        lines.append(f"| {pair.tongue.name} | {ours:.2f} | {pair.tongue.twin} | {twins:.2f} | {pair.ratio:.2f} |")
    return "\n".join(lines)


def compare(server: Server, streams: int, seconds: float, rounds: int, only: str = "") -> list[Pair]:
    """only: the name of one protocol, or all of them."""
    twins = {tongue.name: tongue for tongue in TONGUES}
    pairs = [Pair(tongue) for tongue in TONGUES if tongue.twin and only in ("", tongue.name)]
    for number in range(rounds):
        for pair in pairs:
            legs = [(pair.twins, twins[pair.tongue.twin]), (pair.ours, pair.tongue)]
            for figures, tongue in reversed(legs) if number % 2 else legs:
                figures.append(_measure(server, tongue, streams, seconds, seed=1000 * number))
            sys.stderr.write(f"{pair.tongue.name}: {pair.ours[-1] / pair.twins[-1]:.2f}\n")
    return pairs


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
    for text in texts:  # one at least, however late it is
        async with asyncio.timeout(TURN_TIMEOUT), http.post(tongue.path, json=tongue.body(text)) as response:
            response.raise_for_status()
            heard += len(await response.read())
        if now() >= until:
            break
    return heard


async def _converse(http: aiohttp.ClientSession, tongue: Tongue, until: float, texts: Iterable[str]) -> int:
    heard = 0
    names = (f"turn-{number}" for number in count(1))
    async with http.ws_connect(tongue.path, max_msg_size=0) as socket:
        for frame in tongue.greet:
            await _send(socket, frame)
        for name, text in zip(names, texts, strict=False):  # one turn at least, however late it is
            heard += await _turn(socket, tongue, name, text)
            if now() >= until:
                break
    return heard


async def _turn(socket: aiohttp.ClientWebSocketResponse, tongue: Tongue, name: str, text: str) -> int:
    """Bytes of audio. The text goes out word by word while the answer is heard."""
    async with asyncio.timeout(TURN_TIMEOUT), asyncio.TaskGroup() as group:
        group.create_task(_say(socket, tongue, name, text))
        hearing = group.create_task(_hear(socket, tongue))
    return hearing.result()


async def _say(socket: aiohttp.ClientWebSocketResponse, tongue: Tongue, name: str, text: str) -> None:
    for frame in tongue.turn(name, re.findall(r"\S+\s*", text)):
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
