"""What has arrived for one context and is not yet read."""

import asyncio
from collections import deque

from voxgate.events import Audio, Event, Words


class Inbox:
    """A queue that counts bytes. It never makes its filler wait: full means False."""

    def __init__(self, max_bytes: int) -> None:
        self._events: deque[Event] = deque()
        self._bytes = 0
        self._max_bytes = max_bytes
        self._stirred = asyncio.Event()
        self._over = False
        self._error: BaseException | None = None

    def put(self, event: Event) -> bool:
        """False: there is no room, and nothing was put. An empty inbox takes audio of any size."""
        size = _size(event)
        if self._bytes and self._bytes + size > self._max_bytes:
            return False
        self._bytes += size
        self._events.append(event)
        self._stirred.set()
        return True

    def end(self, error: BaseException | None = None) -> None:
        """Nothing follows. `get` says so, or raises the error, after what is already here was read."""
        if not self._over:
            self._over, self._error = True, error
            self._stirred.set()

    async def get(self) -> Event | None:
        """The next event, None after the last one."""
        while not self._events:
            if self._error:
                raise self._error
            if self._over:
                return None
            self._stirred.clear()
            await self._stirred.wait()
        event = self._events.popleft()
        self._bytes -= _size(event)
        return event

    def drop(self) -> None:
        """Throws away audio and word times that nobody has read."""
        self._events = deque(event for event in self._events if not isinstance(event, Audio | Words))
        self._bytes = 0


def _size(event: Event) -> int:
    return len(event.audio) if isinstance(event, Audio) else 0
