"""What waits to be sent to one client: a lane per context, and one for the connection.

Order is kept within a lane; lanes take turns, so that no context waits behind another's audio. Above the high mark the
workers' streams pause until the low mark; nothing else ever waits, so that a Clear gets through. A barge-in takes the
audio that waits out of its lane, so that Cleared overtakes it. The audio of a paced context waits until its listener
needs it, and so does what is behind it in its lane.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from gateway.core.events import Audio, ContextDone, ContextOpened, Event, Failed, SessionDone, SessionOpened
from gateway.lane import Lane, Pace, Waiting

# Of PCM at the voice's rate: about 5 and 2.5 s at 24 kHz. Enough that a worker's stream never starves the encoder,
# little enough that a stuck client costs a quarter of a megabyte.
HIGH_MARK = 240_000
LOW_MARK = 120_000
# Events. A client may ask faster than it reads the answers. What belongs to audio is some dozens at the high mark.
MOST_WAITING = 10_000
# Bytes of paced PCM, which waits on purpose: 65 s at 24 kHz for each of 32 contexts, twice what their lead allows.
MOST_PACED = 100_000_000
CONNECTION = ""  # the lane of what belongs to no context


class Outbox:
    def __init__(self, clock: Callable[[], float], on_room: Callable[[], None]) -> None:
        """clock: the event loop's; on_room: called when it is no longer full."""
        self.full = False
        self.ending = 0  # contexts whose end waits
        self._clock = clock
        self._on_room = on_room
        self._paces: dict[str, Pace] = {}  # of the contexts that are open, as who puts has it
        self._lanes: dict[str, Lane] = {}
        self._turns: deque[str] = deque()  # lanes that have something, in the order of their turns
        self._waiting = 0  # bytes of PCM that is not paced
        self._paced = 0  # bytes of PCM that is
        self._events = 0  # but paced audio
        self._something = asyncio.Event()

    @property
    def overfull(self) -> bool:
        """More waits than any client that reads could have caused."""
        return self._events > MOST_WAITING or self._paced > MOST_PACED

    def put(self, event: Event) -> None:
        if isinstance(event, ContextOpened) and event.output.paced:
            self._paces[event.context_id] = Pace(event.sample_rate)
        if isinstance(event, Audio) and event.context_id in self._paces:
            pace = self._paces[event.context_id]
            for piece in pace.pieces(event):
                self._put(piece, pace)
        else:
            self._put(event)
        if isinstance(event, ContextDone):
            self._paces.pop(event.context_id, None)
            self.ending += 1

    def _put(self, event: Event, pace: Pace | None = None) -> None:
        name = CONNECTION if isinstance(event, SessionOpened | SessionDone) else event.context_id or CONNECTION
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = Lane()
            self._turns.append(name)
        lane.append((event, pace))
        self._waits(event, pace)
        self._something.set()

    async def take(self) -> Event:
        """The next event whose turn it is; the end of the session, and why, come when every lane is empty."""
        while (name := self._next_turn()) is None:
            self._something.clear()
            await self._wait(self._next_due())
        lane = self._lanes[name]
        event, pace = lane.popleft()
        if lane:
            self._turns.append(name)
        else:
            del self._lanes[name]
        self._went([(event, pace)])
        if isinstance(event, Audio) and pace is not None:
            pace.leave(event, self._clock())
        if isinstance(event, ContextDone):
            self.ending -= 1
        return event

    async def _wait(self, due: float | None) -> None:
        """For something to take; not longer than until it is due, if that is known."""
        if due is None:
            await self._something.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(due):
                await self._something.wait()

    def drop_audio(self, context_id: str) -> int:
        """Takes out the audio that waits for this context, and its words. Bytes of PCM dropped."""
        lane = self._lanes.get(context_id)
        if lane is None:
            return 0
        dropped = lane.drop_audio()
        if not lane:
            del self._lanes[context_id]
            self._turns.remove(context_id)
        self._went(dropped)
        return sum(_size(event) for event, _ in dropped)

    def drop_all_audio(self) -> None:
        """Nobody will wait for it."""
        for name in list(self._lanes):
            self.drop_audio(name)

    def coming(self, context_id: str) -> Event | None:
        """What waits for this context and begins, drops or ends its audio, if anything does."""
        lane = self._lanes.get(context_id)
        return None if lane is None else lane.coming

    def _next_turn(self) -> str | None:
        """The lane whose turn it is, taken out of the turns; None when none has anything that may leave now."""
        for _ in range(len(self._turns)):
            name = self._turns.popleft()
            if self._may_leave(name):
                return name
            self._turns.append(name)
        return None

    def _may_leave(self, name: str) -> bool:
        event, pace = self._lanes[name].head
        if _ends_session(event):
            return not self._turns
        return pace is None or pace.due_in(self._clock()) <= 0

    def _next_due(self) -> float | None:
        """Seconds until a paced lane's audio may leave; None when none waits for the clock."""
        paces = (self._lanes[name].head[1] for name in self._turns)
        return min((pace.due_in(self._clock()) for pace in paces if pace is not None), default=None)

    def _waits(self, event: Event, pace: Pace | None) -> None:
        """Paced audio does not count: it waits on purpose, is bounded by its context's lead, and must stop no other."""
        if pace is not None:
            self._paced += _size(event)
            return
        self._events += 1
        self._waiting += _size(event)
        if self._waiting > HIGH_MARK:
            self.full = True

    def _went(self, gone: Iterable[Waiting]) -> None:
        for event, pace in gone:
            if pace is not None:
                self._paced -= _size(event)
            else:
                self._events -= 1
                self._waiting -= _size(event)
        if self.full and self._waiting <= LOW_MARK:
            self.full = False
            self._on_room()


def _ends_session(event: Event) -> bool:
    return isinstance(event, SessionDone) or (isinstance(event, Failed) and event.context_id is None)


def _size(event: Event) -> int:
    """Bytes of PCM."""
    return len(event.pcm) if isinstance(event, Audio) else 0
