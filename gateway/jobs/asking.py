"""How those who speak jobs ask the database: it may be restarted, and they go on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from gateway.database.errors import UNANSWERED, is_outage
from gateway.metrics import Metrics

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0  # seconds before it is asked again

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    metrics: Metrics

    async def once(self, asking: Awaitable[T], otherwise: T) -> T:
        """otherwise: when it does not answer."""
        try:
            return await asking
        except UNANSWERED as error:
            self._count(error)
            return otherwise

    async def until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What has been spoken is not given up because the database is restarted."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await ask()
            except UNANSWERED as error:
                self._count(error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _count(self, error: BaseException) -> None:
        if not is_outage(error):
            raise error
        self.metrics.jobs_outages_total.labels("database").inc()
