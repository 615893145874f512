"""What waits to be sent to one client: a lane per context, and one for the connection.

Order is kept within a lane; lanes take turns, so that no context waits behind another's audio. Above the high mark the
workers' streams pause until the low mark; nothing else ever waits, so that a Clear gets through. A barge-in takes the
audio that waits out of its lane, so that Cleared overtakes it.
"""

import asyncio
from collections import deque

from gateway.core.events import Audio, Cleared, ContextDone, Event, Failed, SessionDone, SessionOpened, Words

# Of PCM at the voice's rate: about 5 and 2.5 s at 24 kHz. Enough that a worker's stream never starves the encoder,
# little enough that a stuck client costs a quarter of a megabyte.
HIGH_MARK = 240_000
LOW_MARK = 120_000
# Events. A client may ask faster than it reads the answers. What belongs to audio is some dozens at the high mark.
MOST_WAITING = 10_000


class Outbox:
    def __init__(self) -> None:
        self._lanes: dict[str | None, deque[Event]] = {}
        self._turns: deque[str | None] = deque()  # lanes that have something, in the order of their turns
        self._waiting = 0  # bytes of PCM
        self._events = 0
        self._room = asyncio.Event()
        self._room.set()
        self._something = asyncio.Event()

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    @property
    def overfull(self) -> bool:
        """More waits than any client that reads could have caused."""
        return self._events > MOST_WAITING

    def put(self, event: Event) -> None:
        name = None if isinstance(event, SessionOpened | SessionDone) else event.context_id
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = deque()
            self._turns.append(name)
        lane.append(event)
        self._events += 1
        if isinstance(event, Audio):
            self._waiting += len(event.pcm)
            if self._waiting > HIGH_MARK:
                self._room.clear()
        self._something.set()

    async def take(self) -> Event:
        """The next event whose turn it is; the end of the session, and why, come when every lane is empty."""
        while not self._turns:
            self._something.clear()
            await self._something.wait()
        name = self._next_turn()
        lane = self._lanes[name]
        event = lane.popleft()
        self._events -= 1
        if lane:
            self._turns.append(name)
        else:
            del self._lanes[name]
        if isinstance(event, Audio):
            self._took(len(event.pcm))
        return event

    async def room(self) -> None:
        """Returns when there is room for more audio."""
        await self._room.wait()

    def drop_audio(self, context_id: str) -> int:
        """Takes out the audio that waits for this context, and its words. Bytes of PCM dropped."""
        lane = self._lanes.get(context_id, deque())
        dropped = sum(len(event.pcm) for event in lane if isinstance(event, Audio))
        kept = [event for event in lane if not isinstance(event, Audio | Words)]
        if lane and not kept:
            del self._lanes[context_id]
            self._turns.remove(context_id)
        self._events -= len(lane) - len(kept)
        lane.clear()
        lane.extend(kept)
        self._took(dropped)
        return dropped

    def coming(self, context_id: str) -> Event | None:
        """What waits for this context and begins, drops or ends its audio, if anything does."""
        lane = self._lanes.get(context_id, ())
        return next((event for event in lane if isinstance(event, Audio | Cleared | Failed | ContextDone)), None)

    def _next_turn(self) -> str | None:
        name = self._turns.popleft()
        if self._turns and _ends_session(self._lanes[name][0]):
            self._turns.append(name)
            return self._turns.popleft()
        return name

    def _took(self, size: int) -> None:
        self._waiting -= size
        if self._waiting <= LOW_MARK:
            self._room.set()


def _ends_session(event: Event) -> bool:
    return isinstance(event, SessionDone) or (isinstance(event, Failed) and event.context_id is None)
