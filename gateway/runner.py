"""Runs the connections of a process, and lets them finish before it goes away."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.audio.pool import EncoderPool
from gateway.connection import Connection
from gateway.core.events import Drain, Limits, Usage
from gateway.core.pacing import Speed
from gateway.dialects import Dialect
from gateway.errors import Draining, SpeechError
from gateway.metrics import Metrics
from gateway.synthesizer import Synthesizer
from gateway.wire import Wire


@dataclass(slots=True)
class Runner:
    """What the connections of a process share, and who they are."""

    synth: Synthesizer
    encoders: EncoderPool
    metrics: Metrics
    limits: Limits
    write_deadline: float
    draining: bool = False
    live: bool = True  # somebody listens while it is spoken
    speeds: dict[str, Speed] = field(default_factory=dict)  # of engines, as far as they have shown it
    _live: set[Connection] = field(default_factory=set)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_session(
        self, wire: Wire, dialect: Dialect[Any, Any], spend: Callable[[Usage], None] = lambda _usage: None
    ) -> None:
        """Serves one client until it or its session ends. Raises only what is a bug of ours.

        spend: told what was spoken whenever a context has ended, and of the rest in the end.
        """
        connection = Connection(self, wire, dialect, spend)
        self._live.add(connection)
        try:
            with self.metrics.streams_active.labels(dialect.name).track_inprogress():
                await connection.run()
        finally:
            self._live.discard(connection)
            if not self._live:
                self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Lets every connection finish what it has begun; after `seconds` ends those that are left."""
        self.draining = True
        self._idle.clear()
        for connection in list(self._live):
            connection.handle(Drain())
        if self._live:
            await _within(seconds, self._idle.wait())
        for connection in list(self._live):
            connection.end(Draining("the drain time is over; connect again"))
        if self._live:
            await _within(self.write_deadline, self._idle.wait())

    def expel(self, task: asyncio.Task[Any], error: SpeechError) -> bool:
        """Ends the session that this task runs. False: it runs none."""
        for connection in self._live:
            if connection.task is task:
                connection.end(error)
                return True
        return False


async def _within(seconds: float, waiting: Any) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return  # the caller looks at what is left
