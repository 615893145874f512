"""An owner's webhook and what it has been sent, for those who translate protocols."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.database.writing import Writing
from gateway.errors import UnknownWebhook
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import News, Outbox, enqueue


@dataclass(frozen=True, slots=True)
class Webhooks:
    writing: Writing
    endpoints: Endpoints
    outbox: Outbox
    clock: Callable[[], float] = time.time

    async def test(self, owner: str) -> str:
        """Sends an event that means nothing; its delivery's id. Raises UnknownWebhook."""
        now = self.clock()
        body = {"event": "webhook.test", "created_at": datetime.fromtimestamp(now, UTC).isoformat(), "data": {}}
        async with self.writing.begin() as connection:
            delivery_id = await enqueue(connection, News(owner, "webhook.test", body), now)
        if delivery_id is None:
            raise UnknownWebhook("there is no webhook to be tried")
        return delivery_id
