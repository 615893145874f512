"""News within a process: whoever waits for something looks again at once, instead of when the next look is due.

Another process's news comes with the look. So a bell that is not heard costs a moment and nothing else.
"""

import asyncio
from contextlib import suppress

WORK = "work"  # a job may be there to be taken; every other bell is a job's, by its id


class Bells:
    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, name: str) -> None:
        for event in self._waiting.get(name, ()):
            event.set()

    async def wait(self, name: str, seconds: float) -> None:
        """Until it rings, and no longer than that."""
        event = asyncio.Event()
        self._waiting.setdefault(name, set()).add(event)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()
        finally:
            self._waiting[name].discard(event)
            if not self._waiting[name]:
                del self._waiting[name]
