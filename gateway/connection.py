"""The loop of a connection: feeds the session, carries out what it says.

Two tasks stand side by side: the reader (the client's frames into the session) and the writer (what waits in the
outbox, through encoder and dialect, onto the wire). What workers say comes by call, without a task for each segment (a
task that wakes for each message cost more than all that the session makes of it: measured). The session hears one
message at a time, since nobody waits while it is asked. A timer wakes it when its deadline comes.

The reader never waits for the writer, so a Clear always gets through, but it lets everybody else go on after a
while: frames that have come already are there without a wait. Worker streams pause while the outbox is full; a write
that makes no progress within its deadline ends the connection.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol
from uuid import uuid4

from gateway.alarm import Alarm
from gateway.audio.pool import EncoderPool
from gateway.core.events import (
    Abandon,
    AppendText,
    AudioAdjusted,
    Clear,
    Command,
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
from gateway.dialects import Dialect
from gateway.errors import SpeechError, TooSlow
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.synthesizer import Speaking, Synthesizer
from gateway.timing import Timing
from gateway.wire import Wire
from gateway.writer import Writer

BYTES_PER_SAMPLE = 2
# Of a client's work before others go on, in characters. Measured: the worst texts take the segmenter 13 us a character,
# and what others wait for takes five or six turns of the loop. A frame counts as so many, whatever its text.
SLICE = 512
FRAME = 32


class Shared(Protocol):
    """What the connections of a process share; gateway/runner.py. live: somebody listens while it is spoken; speeds:
    of engines, as far as they have shown it.
    """

    synth: Synthesizer
    encoders: EncoderPool
    metrics: Metrics
    limits: Limits
    write_deadline: float
    draining: bool
    live: bool
    speeds: dict[str, Speed]


class Connection:
    def __init__(self, shared: Shared, wire: Wire, dialect: Dialect[Any, Any], spend: Callable[[Usage], None]) -> None:
        self._name = uuid4().hex
        self._shared = shared
        self._spend = spend
        self._spent = Usage()
        self._wire = wire
        self._dialect = dialect
        self._loop = asyncio.get_running_loop()
        limits = dialect.limits(shared.limits)
        self._outbox = Outbox(self._loop.time, self._resume)
        self._session = Session(
            limits, lambda: shared.synth.catalog, self._loop.time(), shared.speeds, lambda: self._outbox.ending
        )
        self._timing = Timing(shared.metrics, dialect.name, self._loop.time, live=shared.live)
        self._writer = Writer(
            wire,
            dialect,
            self._outbox,
            shared.encoders,
            shared.write_deadline,
            speaking=self._session.speaking,
            adjusted=self.handle,
            sent=self._timing.sent,
        )
        self.task = asyncio.current_task()
        self._segments: dict[int, Speaking] = {}
        self._alarm = Alarm(self._ring)
        self._worked = 0  # for the client in one go, as characters
        self._bug: Exception | None = None  # that showed where nobody can be told but in the end

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                self._reading = tasks.create_task(self._read())
                self._writing = tasks.create_task(self._write())
                self._carry_out(self._session.open())
                if self._shared.draining:  # it came in while the drain began
                    self.handle(Drain())
            if self._bug is not None:
                raise ExceptionGroup("a bug that a worker or a deadline showed", [self._bug])
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
        if not self._session.done:  # nothing is said any more, of which it would wait for the end
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
                    await self._take_in(command)
                if self._outbox.overfull:
                    raise TooSlow("the client does not read what it asks for")
                await self._give_way(FRAME)
        except SpeechError as error:
            self._carry_out(self._session.fail(error))
            return  # the writer says it and closes
        if not self._session.done:
            self._end()

    async def _take_in(self, command: Command) -> None:
        """A long text in slices: how text is cut changes nothing."""
        if not isinstance(command, AppendText):
            self.handle(command)
            return
        for start in range(0, len(command.text) or 1, SLICE):
            piece = command.text[start : start + SLICE]
            self.handle(command if len(piece) == len(command.text) else replace(command, text=piece))
            await self._give_way(len(piece))

    async def _give_way(self, characters: int) -> None:
        """After so much work. So that a hostile client does not hold the loop."""
        self._worked += characters
        if self._worked >= SLICE:
            self._worked = 0
            await asyncio.sleep(0)

    async def _write(self) -> None:
        try:
            await self._writer.run()
        except TimeoutError:
            self._shared.metrics.slow_consumers_total.labels(self._dialect.name).inc()
            self._wire.abort()
        except ConnectionError:
            self._wire.abort()
        self._end()

    def _hear(self, message: WorkerMessage) -> bool:
        """What a worker says of a segment. A bug that it shows ends this connection, not the worker's stream."""
        if isinstance(message, SegmentDone | SegmentFailed):
            self._segments.pop(message.segment_id, None)
        if self._bug is None:
            try:
                self.handle(message)
            except Exception as bug:  # noqa: BLE001 - raised again, where it belongs
                self._break(bug)
        return not self._outbox.full

    def _resume(self) -> None:
        """The outbox has room again."""
        for speaking in self._segments.values():
            speaking.resume()

    def _carry_out(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            if isinstance(output, Synthesize):
                asked = replace(output, asker=self._name) if output.begins else output
                self._segments[output.segment_id] = self._shared.synth.speak(asked, self._hear)
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
        try:
            self._carry_out(self._session.tick(self._loop.time()))
        except Exception as bug:  # noqa: BLE001 - raised again, where it belongs
            self._break(bug)

    def _break(self, bug: Exception) -> None:
        """Ends the connection by a bug that showed in a call from outside its tasks, which may be ending already."""
        self._bug = self._bug or bug
        self._reading.cancel()
        self._writing.cancel()

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
