"""Tells a listener what is ready, as far as it has room."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from gateway.core.events import WorkerMessage

Listener = Callable[[WorkerMessage], bool]


class Telling:
    """One message a turn of the loop: a segment is a hundred of them, and live ones come in between. Never from within
    a call of the listener's own.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[WorkerMessage] = deque()
        self._soon: asyncio.Handle | None = None

    def tell(self, messages: Iterable[WorkerMessage]) -> None:
        self._waiting.extend(messages)
        self.resume()

    def resume(self) -> None:
        """There is room again, or something to tell."""
        if self._waiting and self._soon is None:
            self._soon = self._loop.call_soon(self._tell)

    def stop(self) -> None:
        self._waiting.clear()
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    def _tell(self) -> None:
        self._soon = None
        if self._listener(self._waiting.popleft()):
            self.resume()
