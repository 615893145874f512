"""Notices what takes too long, without a timer for each thing that does not."""

import asyncio
import math
from collections.abc import Callable


class Watch:
    """`begin(seconds)`, and `late` is called unless `end` or another `begin` comes in time.

    Things begin and end a thousand times a second, and hardly one is ever late: so one timer looks at a time stamp when
    it rings, and is set again for what is left. (A timer for each frame cost as much as encoding one as PCM: measured.)
    """

    __slots__ = ("_late", "_loop", "_timer", "_until")

    def __init__(self, late: Callable[[], None]) -> None:
        """Needs a running loop."""
        self._late = late
        self._loop = asyncio.get_running_loop()
        self._until = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, seconds: float) -> None:
        self._until = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._until:
            self._set_timer()

    def end(self) -> None:
        self._until = math.inf

    def close(self) -> None:
        self.end()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._loop.time() >= self._until:
            self.end()
            self._late()
        elif self._until < math.inf:
            self._set_timer()
