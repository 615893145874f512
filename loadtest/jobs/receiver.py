"""Somebody's server that hears webhooks: checks each signature, and now and then does not answer as it should."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

REFUSES_EVERY = 20  # of the deliveries that it hears for the first time
BUSY = 503


@dataclass(slots=True)
class Receiver:
    """note: is told of what must not be. heard: how often each delivery has come; told: of each job, by what."""

    note: Callable[[str, str], None]
    url: str = ""
    secret: str = ""
    heard: Counter[str] = field(default_factory=Counter)
    told: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def hear(self, request: web.Request) -> web.Response:
        body, delivery_id = await request.text(), request.headers["webhook-id"]
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            self.note("wrong signature", f"{delivery_id}: {error}")
        self.heard[delivery_id] += 1
        self._take(delivery_id, body)
        refused = self.heard[delivery_id] == 1 and len(self.heard) % REFUSES_EVERY == 0
        return web.Response(status=BUSY if refused else 204)

    def _take(self, delivery_id: str, body: str) -> None:
        """The effect: once for each job, since a delivery that comes again is known by its id."""
        event: dict[str, Any] = msgspec.json.decode(body)
        job_id = event["data"]["job_id"]
        before = self.told.setdefault(job_id, (delivery_id, body))
        if before != (delivery_id, body):
            self.note("told twice", f"{job_id}: {before}, then {delivery_id} {body}")


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/hook", receiver.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield
    finally:
        await runner.cleanup()
