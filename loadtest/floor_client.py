"""Listens to the floor: the same connections and the same arithmetic as for a gateway, but nothing to check."""

import asyncio

import uvloop

from loadtest import websocket
from loadtest.measure import Measures
from loadtest.stream import now
from loadtest.turn import Stopwatch
from loadtest.wire import Fields, LostError


class FloorListener:
    """The inbox of one connection. seconds: of audio in a message."""

    def __init__(self, measures: Measures, seconds: float) -> None:
        self._measures = measures
        self._seconds = seconds
        self._stopwatch = Stopwatch(measures.gaps)
        self._lost = ""

    async def listen(self, url: str, seconds: float) -> None:
        """Raises LostError when the server does not last."""
        start = now()
        self._stopwatch.spoke(start)
        wire = await websocket.connect(f"{url}/v1/stream", self)
        self._measures.connects.append(now() - start)
        await asyncio.sleep(seconds)
        if self._lost:
            raise LostError(self._lost)
        wire.abort()
        await wire.closed()
        if (turn := self._stopwatch.turn(0.0)) is not None:
            self._measures.turns.append(turn)

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:  # noqa: ARG002 - an Inbox
        self._stopwatch.hear(now(), self._seconds)
        self._measures.heard(len(payload), self._seconds)

    def message(self, kind: str, fields: Fields) -> None:
        """There are none."""

    def broken(self, story: str) -> None:
        self._lost = story

    def lost(self, story: str) -> None:
        self._lost = story or "it ended"


def listen(url: str, streams: int, message: float, seconds: float) -> Measures:
    """So many connections at once, with `message` seconds of audio in a message. Blocks."""
    return uvloop.run(_listen(url, streams, message, seconds))


async def _listen(url: str, streams: int, message: float, seconds: float) -> Measures:
    measures, start = Measures(), now()
    async with asyncio.TaskGroup() as group:
        for index in range(streams):
            # Spread over a second, so that the bursts do not fall together.
            group.create_task(_later(index / streams, FloorListener(measures, message), url, seconds))
    measures.elapsed = now() - start
    return measures


async def _later(delay: float, listener: FloorListener, url: str, seconds: float) -> None:
    await asyncio.sleep(delay)
    await listener.listen(url, seconds)
