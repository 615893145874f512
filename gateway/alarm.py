"""One timer for times that are set much oftener than they come."""

import asyncio
import math
from collections.abc import Callable


class Alarm:
    """Calls `ring` at the time that was set last, once.

    Deadlines are moved a thousand times a second, and hardly one is ever reached: so the loop's timer is only made
    earlier, never later. When it rings too early it is set again. (A timer for each frame that is sent cost as much as
    encoding the frame as PCM: measured.)
    """

    __slots__ = ("_at", "_loop", "_ring", "_rings_at", "_timer")

    def __init__(self, ring: Callable[[], None]) -> None:
        """Needs a running loop."""
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._at = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = math.inf  # uvloop's timer cannot tell if its time was over when it was set

    def set(self, at: float) -> None:
        """at: the loop's time; infinite for never."""
        self._at = at
        if at < self._rings_at:
            self._set_timer()

    def set_in(self, seconds: float) -> None:
        self.set(self._loop.time() + seconds)

    def clear(self) -> None:
        self._at = math.inf

    def close(self) -> None:
        """Never rings again unless it is set again."""
        self.clear()
        self._rings_at = math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = self._at
        self._timer = self._loop.call_at(self._at, self._look)

    def _look(self) -> None:
        self._timer = None
        self._rings_at = math.inf
        if self._loop.time() >= self._at:
            self.clear()
            self._ring()
        elif self._at < math.inf:
            self._set_timer()
