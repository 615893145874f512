"""Asking again what may be answered later: of a gateway that is started again, a network that is away, a full rate."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from voxgate.errors import SpeechError

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0  # seconds
Got = TypeVar("Got")


class Patience:
    """seconds: how long nothing may be heard. A gateway that was never reached is not waited for."""

    def __init__(self, seconds: float, tell: Callable[[str], None]) -> None:
        self._seconds = seconds
        self._tell = tell
        self._pause = FIRST_PAUSE
        self._heard: float | None = None

    def hear(self) -> None:
        """Something came."""
        self._heard, self._pause = time.monotonic(), FIRST_PAUSE

    async def keep(self, ask: Callable[[], Awaitable[Got]]) -> Got:
        """Raises SpeechError: what will not pass, or the last of what did not."""
        while True:
            try:
                got = await ask()
            except SpeechError as error:
                if not self._may_pass(error):
                    raise
                await self._wait(error)
            else:
                self.hear()
                return got

    def _may_pass(self, error: SpeechError) -> bool:
        if self._heard is None:
            if error.reason == "connect_failed":
                return False
            self._heard = time.monotonic()
        return error.retryable and time.monotonic() - self._heard < self._seconds

    async def _wait(self, error: SpeechError) -> None:
        if self._pause == FIRST_PAUSE:
            self._tell(f"{error.message}; trying again")
        # Clients that lost the same server should not come back in step.
        await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)
