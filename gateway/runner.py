"""The loop of a connection: feeds the session, carries out what it says.

Two tasks stand side by side: the reader (the client's frames into the session) and the writer (what waits in the
outbox, through encoder and dialect, onto the wire). What workers say comes by call, without a task for each segment (a
task that wakes for each message cost more than all that the session makes of it: measured). The session hears one
message at a time, since nobody waits while it is asked. A timer wakes it when its deadline comes.

The reader never waits for the writer, so a Clear always gets through; worker streams pause while the outbox is full; a
write that makes no progress within its deadline ends the connection.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol

from gateway.alarm import Alarm
from gateway.audio.pool import EncoderPool
from gateway.core.events import (
    Abandon,
    AppendText,
    AudioAdjusted,
    Clear,
    ContextDone,
    Drain,
    Event,
    Limits,
    Message,
    Output,
    SegmentDone,
    SegmentFailed,
    Synthesize,
    Usage,
    Warned,
    WorkerMessage,
)
from gateway.core.pacing import Speed
from gateway.core.session import Session
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Dialect
from gateway.errors import Draining, SpeechError, TooSlow
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.timing import Timing
from gateway.wire import Wire
from gateway.writer import Writer

BYTES_PER_SAMPLE = 2
SLICE = 2048  # characters; measured: the worst texts take the segmenter 13 us a character


class Speaking(Protocol):
    """A segment that is being spoken; gateway/workers/segment_call.py."""

    def abandon(self) -> None:
        """It says nothing more."""

    def resume(self) -> None:
        """There is room again."""


class Synthesizer(Protocol):
    """Where segments are spoken; gateway/workers/synth_client.py."""

    @property
    def catalog(self) -> VoiceCatalog: ...

    @property
    def ready(self) -> bool: ...

    def speak(self, request: Synthesize, listener: Callable[[WorkerMessage], bool]) -> Speaking:
        """The listener hears every message, later than this call returns, and answers whether it has room for more."""


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
    _live: set["Connection"] = field(default_factory=set)
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

    def expel(self, task: asyncio.Task[Any], error: SpeechError) -> None:
        """Ends the session that this task runs, if it runs one."""
        for connection in self._live:
            if connection.task is task:
                connection.end(error)
                return


class Connection:
    def __init__(self, runner: Runner, wire: Wire, dialect: Dialect[Any, Any], spend: Callable[[Usage], None]) -> None:
        self._runner = runner
        self._spend = spend
        self._spent = Usage()
        self._wire = wire
        self._dialect = dialect
        self._loop = asyncio.get_running_loop()
        limits = dialect.limits(runner.limits)
        self._session = Session(limits, lambda: runner.synth.catalog, self._loop.time(), runner.speeds)
        self._outbox = Outbox(self._loop.time, self._resume)
        self._timing = Timing(runner.metrics, dialect.name, self._loop.time, live=runner.live)
        self._writer = Writer(
            wire,
            dialect,
            self._outbox,
            runner.encoders,
            runner.write_deadline,
            speaking=self._session.speaking,
            adjusted=self.handle,
            sent=self._timing.sent,
        )
        self.task = asyncio.current_task()
        self._segments: dict[int, Speaking] = {}
        self._alarm = Alarm(self._ring)

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._reading = self._tasks.create_task(self._read())
                self._writing = self._tasks.create_task(self._write())
                self._carry_out(self._session.open())
                if self._runner.draining:  # it came in while the drain began
                    self.handle(Drain())
        finally:
            self._hang_up()
            self._account()
            self._writer.close()
            self._timing.close()

    def handle(self, message: Message) -> None:
        """One message into the session, and what it says of it."""
        if isinstance(message, Clear):
            dropped = self._outbox.drop_audio(message.context_id) // BYTES_PER_SAMPLE
            self.handle(AudioAdjusted(message.context_id, -dropped))
        self._timing.received(message)
        self._carry_out(self._session.handle(message, self._loop.time()))

    def end(self, error: SpeechError) -> None:
        """Whatever the client may still have to say or to hear."""
        self._outbox.drop_all_audio()
        self._carry_out(self._session.fail(error))

    async def _read(self) -> None:
        try:
            async for frame in self._wire.frames():
                for command in self._dialect.decode(frame):
                    if isinstance(command, AppendText) and len(command.text) > SLICE:
                        await self._take_in_slices(command)
                    else:
                        self.handle(command)
                if self._outbox.overfull:
                    raise TooSlow("the client does not read what it asks for")
        except SpeechError as error:
            self._carry_out(self._session.fail(error))
            return  # the writer says it and closes
        if not self._session.done:
            self._end()

    async def _take_in_slices(self, command: AppendText) -> None:
        """So that a hostile text does not hold the loop; how text is cut changes nothing."""
        for start in range(0, len(command.text), SLICE):
            self.handle(replace(command, text=command.text[start : start + SLICE]))
            await asyncio.sleep(0)

    async def _write(self) -> None:
        try:
            await self._writer.run()
        except TimeoutError:
            self._runner.metrics.slow_consumers_total.labels(self._dialect.name).inc()
            self._wire.abort()
        except ConnectionError:
            self._wire.abort()
        self._end()

    def _hear(self, message: WorkerMessage) -> bool:
        """What a worker says of a segment. A bug that it shows ends this connection, not the worker's stream."""
        if isinstance(message, SegmentDone | SegmentFailed):
            self._segments.pop(message.segment_id, None)
        try:
            self.handle(message)
        except Exception as bug:  # noqa: BLE001 - raised again, where it belongs
            self._tasks.create_task(_raise(bug))
        return not self._outbox.full

    def _resume(self) -> None:
        """The outbox has room again."""
        for speaking in self._segments.values():
            speaking.resume()

    def _carry_out(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            if isinstance(output, Synthesize):
                self._segments[output.segment_id] = self._runner.synth.speak(output, self._hear)
            elif isinstance(output, Abandon):
                self._abandon(output.segment_id)
            else:
                self._tell(output)
        self._alarm.set(self._session.deadline())

    def _tell(self, event: Event) -> None:
        self._outbox.put(event)
        match event:
            case Warned(context_id=str(context_id), code="idle_timeout"):
                self._dialect.expire(context_id)
            case ContextDone():
                self._account()

    def _account(self) -> None:
        spent, self._spent = self._spent, self._session.usage
        self._spend(self._spent - spent)

    def _abandon(self, segment_id: int) -> None:
        speaking = self._segments.pop(segment_id, None)
        if speaking is not None:
            speaking.abandon()

    def _ring(self) -> None:
        self._tasks.create_task(self._tick())  # a task, so that a bug in it ends the connection like any other

    async def _tick(self) -> None:
        self._carry_out(self._session.tick(self._loop.time()))

    def _end(self) -> None:
        """Reader or writer is through, so the other one is too."""
        self._hang_up()
        current = asyncio.current_task()
        for task in (self._reading, self._writing):
            if task is not current:
                task.cancel()

    def _hang_up(self) -> None:
        self._session.hang_up()
        for segment_id in list(self._segments):
            self._abandon(segment_id)
        self._alarm.close()


async def _raise(bug: Exception) -> NoReturn:
    raise bug


async def _within(seconds: float, waiting: Any) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return  # the caller looks at what is left
