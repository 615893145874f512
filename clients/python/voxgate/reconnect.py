"""When to connect again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from voxgate.errors import SpeechError
from voxgate.link import Link

MAX_DELAY = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Reconnect:
    """How often to try again, and after how many seconds at first; the wait doubles each time, up to 10 s.

    Two things are tried again, and nothing else: connecting, and a context that was interrupted before anything of
    it had arrived. A context of which audio has arrived fails with a retryable SpeechError: what was heard is yours
    to judge, and nothing is ever spoken twice behind your back. Only retryable errors are tried again.
    """

    attempts: int = 3
    backoff: float = 0.2

    def delays(self) -> list[float]:
        """Seconds to wait before each further attempt."""
        return [min(MAX_DELAY, self.backoff * 2**attempt) for attempt in range(self.attempts)]


NEVER = Reconnect(attempts=0)


async def connected(dial: Callable[[], Awaitable[Link]], policy: Reconnect) -> Link:
    """A link. Raises the last attempt's SpeechError."""
    for delay in policy.delays():
        try:
            return await dial()
        except SpeechError as error:
            if not error.retryable:
                raise
        # Clients that lost the same server should not come back in step.
        await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311 - no secret
    return await dial()
