"""One attempt at a delivery: signed, sent to where it may go, and noted."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from gateway.errors import InvalidSetting
from gateway.metrics import Metrics
from gateway.webhooks.addresses import Addresses, GuardedResolver
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Delivery, Outbox
from gateway.webhooks.signing import sign

PATIENCE = aiohttp.ClientTimeout(total=15.0, connect=5.0)
OK = range(200, 300)
JITTER = (0.9, 1.1)


@dataclass(frozen=True, slots=True)
class Post:
    outbox: Outbox
    endpoints: Endpoints
    addresses: Addresses
    metrics: Metrics
    clock: Callable[[], float] = time.time

    def session(self, at_once: int) -> aiohttp.ClientSession:
        """Connections that go to public machines alone, without cookies, redirects or a proxy."""
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(self.addresses), force_close=True, limit=at_once)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE)

    async def send(self, http: aiohttp.ClientSession, delivery: Delivery) -> None:
        """Raises what the database raises (UNANSWERED): then the delivery is taken again when its claim is over."""
        endpoint = await self.endpoints.find(delivery.owner)
        if endpoint is None and not delivery.unsigned:
            await self._missed(delivery, 0, "the webhook was removed")
            return
        keys = endpoint.keys(self.clock()) if endpoint else []
        headers = sign(keys, delivery.id, delivery.event, delivery.body, self.clock())
        try:
            status = await self._post(http, delivery, headers)
        except (aiohttp.ClientError, OSError, ValueError, InvalidSetting) as error:
            await self._missed(delivery, 0, f"{type(error).__name__}: {error}")
            return
        if status in OK:
            await self.outbox.delivered(delivery, status)
            self.metrics.webhook_deliveries_total.labels("delivered").inc()
        else:
            await self._missed(delivery, status, f"the receiver answered {status}")

    async def _post(self, http: aiohttp.ClientSession, delivery: Delivery, headers: dict[str, str]) -> int:
        post = http.post(
            self.addresses.check(delivery.url),
            data=delivery.body.encode(),
            headers={**headers, "Content-Type": "application/json", "User-Agent": "voxgate-webhooks"},
            allow_redirects=False,
        )
        async with post as response:
            return response.status

    async def _missed(self, delivery: Delivery, status: int, note: str) -> None:
        jitter = random.uniform(*JITTER)  # noqa: S311 - spreads load, hides nothing
        await self.outbox.missed(delivery, status, note, self.clock(), jitter)
        self.metrics.webhook_deliveries_total.labels("missed").inc()
