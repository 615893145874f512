"""One segment, until its last message, on whichever worker speaks it.

Another worker is tried only while nothing of the segment has come: a failure after that is the session's to judge,
which knows what the listener heard.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from gateway.alarm import Alarm
from gateway.core.events import SegmentAudio, SegmentFailed, Synthesize, WorkerMessage
from gateway.errors import InternalError, Overloaded, SpeechError, WorkerUnavailable
from gateway.workers.messages import BYTES_PER_SAMPLE, BadReply, decode, encode
from gateway.workers.worker import Worker
from protos import synth_pb2

LONGEST_QUEUED = 30.0  # seconds of audio that a session lets be made ahead: no segment is due later
CREDIT = (
    48_000  # samples that a worker may be ahead of the listener: 96 kB, 2 s at 24 kHz; a grant costs next to nothing
)
MAX_BROKEN = 3  # workers that one segment may meet and break: a text that kills workers must not kill them all

# What a segment says: SegmentAudio and SegmentWords in order, then one SegmentDone or SegmentFailed. The answer is
# whether there is room for more now. Called from the event loop, never by `begin`, never after `abandon`; never raises.
Listener = Callable[[WorkerMessage], bool]


class Choice(Protocol):
    """Who chooses; gateway/workers/synth_client.py."""

    def choose(self, request: Synthesize, refused: Mapping[Worker, float]) -> Worker | None:
        """None: wait, and be asked again (`choose_again`). refused: workers that would not have it, and the seconds
        after which they may. Raises Overloaded.
        """

    def take_on(self, request: Synthesize) -> None:
        """It is being spoken."""

    def wait(self, call: "SegmentCall") -> None: ...
    def forget(self, call: "SegmentCall") -> None: ...


class SegmentCall:
    """Says what its worker says; `abandon` is its end whenever that comes.

    A worker that says nothing for `stall` seconds while the listener has room, not even that the segment waits, has
    stalled (the first time: plus the time until the segment is due). Credit is granted as audio is heard and the
    listener has room for more; `resume` says that it has again.

    The `__cause__` of a SegmentFailed's error says more than a client may know.
    """

    def __init__(self, choice: Choice, request: Synthesize, listener: Listener, stall: float, patience: float) -> None:
        """patience: seconds to wait for a worker that can speak this."""
        self._choice = choice
        self._request = request
        self._listener = listener
        self._stall = stall
        self._loop = asyncio.get_running_loop()
        self._patient_until = self._loop.time() + patience
        self._alarm = Alarm(self._late)
        self._worker: Worker | None = None  # that has been asked
        self._id = 0  # on the worker's stream
        self._refused: dict[Worker, float] = {}
        self._broken = 0
        self._begun = False
        self._over = False
        self._room = True
        self._taken = 0  # samples heard since the last grant
        self.choose_again()

    def choose_again(self) -> None:
        """Asks a worker, or waits for one."""
        try:
            worker = self._choice.choose(self._request, self._refused)
        except Overloaded as error:
            self._loop.call_soon(self._fail, error)
            return
        if worker is None:
            self._choice.wait(self)
            self._alarm.set_in(self._patient_until - self._loop.time())
        else:
            self._ask(worker)

    def abandon(self) -> None:
        """Nothing more is said, and the worker stops working on it. Abandoning again does nothing."""
        self._over = True
        self._alarm.close()
        self._choice.forget(self)
        if self._worker is not None:
            self._stream.abandon(self._id)
            self._worker = None

    def resume(self) -> None:
        """There is room again."""
        if not self._room:
            self._room = True
            self._alarm.set_in(self._stall)
            self._grant()

    # what its worker's stream tells it

    def hear(self, reply: synth_pb2.Reply) -> None:
        try:
            for message in decode(self._request, reply):
                self._tell(message)
        except BadReply as cause:
            error = InternalError("synthesis failed")
            error.__cause__ = cause
            self._fail(error)
        except Overloaded as error:
            self._refuse(error)
        except WorkerUnavailable as error:
            self._break(error)
        except SpeechError as error:
            self._fail(error)
        else:
            self._go_on(last=reply.HasField("done"))

    def lose(self, error: WorkerUnavailable) -> None:
        own = WorkerUnavailable(error.message)
        own.__cause__ = error.__cause__
        self._break(own)

    # inside

    def _ask(self, worker: Worker) -> None:
        self._worker, self._stream = worker, worker.stream
        self._id = self._stream.begin(self, encode(self._request, CREDIT))
        self._alarm.set_in(self._stall + min(max(self._request.due_in, 0.0), LONGEST_QUEUED))

    def _tell(self, message: WorkerMessage) -> None:
        if self._over:  # what the listener made of the message before
            return
        if not self._begun:
            self._begun = True
            self._choice.take_on(self._request)
        if isinstance(message, SegmentAudio):
            self._taken += len(message.pcm) // BYTES_PER_SAMPLE
        self._room = self._listener(message)

    def _go_on(self, *, last: bool) -> None:
        if last or self._over:
            self.abandon()
        elif self._room:
            self._alarm.set_in(self._stall)
            self._grant()
        else:
            self._alarm.clear()

    def _grant(self) -> None:
        if self._taken >= CREDIT // 2:
            self._stream.grant(self._id, self._taken)
            self._taken = 0

    def _refuse(self, error: Overloaded) -> None:
        if self._begun or self._worker is None:
            self._fail(error)
            return
        self._refused[self._worker] = error.retry_in
        self.choose_again()

    def _break(self, error: WorkerUnavailable, *, stalled: bool = False) -> None:
        if self._worker is None:
            return
        self._worker.lose()
        self._stream.abandon(self._id)
        self._worker = None
        self._broken += 1
        if self._begun or stalled or self._broken == MAX_BROKEN:
            self._fail(error)
        else:
            self.choose_again()

    def _late(self) -> None:
        if self._worker is None:
            self._fail(WorkerUnavailable("no worker is ready to speak this voice"))
        else:
            self._break(WorkerUnavailable("the worker stalled"), stalled=True)

    def _fail(self, error: SpeechError) -> None:
        if not self._over:
            self.abandon()
            self._listener(SegmentFailed(self._request.segment_id, error))
