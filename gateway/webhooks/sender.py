"""Sends what is due: each delivery by one process at a time, many at once, and a few of any one owner.

Whoever is through makes room for the next: nobody waits for the slowest of a batch.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from gateway.database.errors import UNANSWERED, is_outage
from gateway.webhooks.outbox import Delivery
from gateway.webhooks.post import Post

LOOK_EVERY = 1.0  # seconds, for what comes due
AT_ONCE = 64  # with four of each owner's, sixteen owners whose receivers hang do not hold up the seventeenth


@dataclass(slots=True)
class Sender:
    post: Post
    _busy: Counter[str] = field(default_factory=Counter)  # deliveries on their way, by owner
    _room: asyncio.Event = field(default_factory=asyncio.Event)  # one has been sent since the last look

    async def run(self) -> None:
        """Until cancelled. While the database does not answer nothing is sent, and nothing is lost."""
        async with self.post.session(AT_ONCE) as http, asyncio.TaskGroup() as tasks:
            while True:
                self._room.clear()
                for delivery in await self._claim():
                    self._busy[delivery.owner] += 1
                    tasks.create_task(self._send(http, delivery))
                await self._wait()

    async def _claim(self) -> list[Delivery]:
        """As many as there is room for."""
        room = AT_ONCE - self._busy.total()
        try:
            return await self.post.outbox.claim(self.post.clock(), room, self._busy) if room else []
        except UNANSWERED as error:
            _raise_mistake(error)
            return []

    async def _send(self, http: aiohttp.ClientSession, delivery: Delivery) -> None:
        try:
            await self.post.send(http, delivery)
        except UNANSWERED as error:
            _raise_mistake(error)
        finally:
            self._busy[delivery.owner] -= 1
            if not self._busy[delivery.owner]:
                del self._busy[delivery.owner]
            self._room.set()

    async def _wait(self) -> None:
        """Until one is through, or something may have come due."""
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._room.wait()
        except TimeoutError:
            return


def _raise_mistake(error: BaseException) -> None:
    """What is no outage of the database is a bug of ours."""
    if not is_outage(error):
        raise error
