"""Sends what is due: each delivery by one process at a time, a few at once, no longer than a slow receiver may take."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from gateway.database.errors import UNANSWERED, is_outage
from gateway.errors import InvalidSetting
from gateway.metrics import Metrics
from gateway.webhooks.addresses import Addresses, GuardedResolver
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Delivery, Outbox
from gateway.webhooks.signing import sign

LOOK_EVERY = 1.0  # seconds
AT_ONCE = 16
PATIENCE = aiohttp.ClientTimeout(total=15.0, connect=5.0)
OK = range(200, 300)
JITTER = (0.9, 1.1)


@dataclass(frozen=True, slots=True)
class Sender:
    outbox: Outbox
    endpoints: Endpoints
    addresses: Addresses
    metrics: Metrics
    clock: Callable[[], float] = time.time

    async def run(self) -> None:
        """Until cancelled. While the database does not answer nothing is sent, and nothing is lost."""
        async with self.session() as http:
            while True:
                sent = 0
                try:
                    sent = await self.send_due(http)
                except* UNANSWERED as errors:
                    _raise_mistakes(errors)
                if not sent:
                    await asyncio.sleep(LOOK_EVERY)

    def session(self) -> aiohttp.ClientSession:
        """Connections that go to public machines alone, without cookies, redirects or a proxy."""
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(self.addresses), force_close=True, limit=AT_ONCE)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE)

    async def send_due(self, http: aiohttp.ClientSession) -> int:
        """How many were tried."""
        due = await self.outbox.claim(self.clock(), AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for delivery in due:
                group.create_task(self._send(http, delivery))
        return len(due)

    async def _send(self, http: aiohttp.ClientSession, delivery: Delivery) -> None:
        endpoint = await self.endpoints.find(delivery.owner)
        if endpoint is None and not delivery.unsigned:
            await self._missed(delivery, 0, "the webhook was removed")
            return
        keys = endpoint.keys(self.clock()) if endpoint else []
        headers = sign(keys, delivery.id, delivery.event, delivery.body, self.clock())
        try:
            url = self.addresses.check(delivery.url)
            post = http.post(
                url,
                data=delivery.body.encode(),
                headers={**headers, "Content-Type": "application/json", "User-Agent": "voxgate-webhooks"},
                allow_redirects=False,
            )
            async with post as response:
                status = response.status
        except (aiohttp.ClientError, OSError, ValueError, InvalidSetting) as error:
            await self._missed(delivery, 0, f"{type(error).__name__}: {error}")
            return
        if status in OK:
            await self.outbox.delivered(delivery, status)
            self.metrics.webhook_deliveries_total.labels("delivered").inc()
        else:
            await self._missed(delivery, status, f"the receiver answered {status}")

    async def _missed(self, delivery: Delivery, status: int, note: str) -> None:
        jitter = random.uniform(*JITTER)  # noqa: S311 - spreads load, hides nothing
        await self.outbox.missed(delivery, status, note, self.clock(), jitter)
        self.metrics.webhook_deliveries_total.labels("missed").inc()


def _raise_mistakes(errors: BaseExceptionGroup[BaseException]) -> None:
    """What is no outage of the database is a bug of ours."""
    mistakes = errors.subgroup(lambda error: not isinstance(error, BaseExceptionGroup) and not is_outage(error))
    if mistakes is not None:
        raise mistakes
