"""`/v1/webhook`: where an owner's events go, a try, and the log of what was sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.database.errors import UNANSWERED
from gateway.dialects import decode_json
from gateway.dialects.native.errors import refuse as refuse_natively
from gateway.door import Door
from gateway.errors import JobsUnavailable, SpeechError, UnknownWebhook
from gateway.transports.request import body_of, credentials_of, note_window, refuse, reply
from gateway.webhooks.outbox import Delivery
from gateway.webhooks.signing import as_standard
from gateway.webhooks.webhooks import Webhooks


class Wish(msgspec.Struct, frozen=True):
    url: str
    rotate: bool = False


WISH = msgspec.json.Decoder(Wish)
SHOWN = ("id", "url", "event", "state", "attempts", "status", "note", "created_at", "due_at")

Answer = Callable[[str, web.Request], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class WebhookTransport:
    door: Door
    webhooks: Webhooks

    def add_routes(self, app: web.Application) -> None:
        for method, path, answer in (
            ("PUT", "/v1/webhook", self._set),
            ("GET", "/v1/webhook", self._show),
            ("DELETE", "/v1/webhook", self._remove),
            ("POST", "/v1/webhook/test", self._test),
            ("GET", "/v1/webhook/deliveries", self._log),
        ):
            app.router.add_route(method, path, partial(self._serve, answer))

    async def _serve(self, answer: Answer, request: web.Request) -> web.Response:
        scope = Scope.READ_JOBS if request.method == "GET" else Scope.WRITE_JOBS
        try:
            async with self.door.enter(credentials_of(request), scope, note_window(request)) as visit:
                return reply(await _answered(answer(visit.account, request)))
        except SpeechError as error:
            return refuse(request, error, refuse_natively)

    async def _set(self, owner: str, request: web.Request) -> dict[str, Any]:
        """The secret is shown when it is new, and never again."""
        wish = decode_json(WISH, await body_of(request))
        endpoint, fresh = await self.webhooks.endpoints.set(owner, wish.url, rotate=wish.rotate)
        secrets = {"secret": as_standard(endpoint.secret), "hmac_secret": endpoint.secret} if fresh else {}
        return {"url": endpoint.url, "created_at": endpoint.created_at, **secrets}

    async def _show(self, owner: str, _request: web.Request) -> dict[str, Any]:
        endpoint = await self.webhooks.endpoints.find(owner)
        if endpoint is None:
            raise UnknownWebhook("there is no webhook; PUT /v1/webhook makes one")
        return {"url": endpoint.url, "created_at": endpoint.created_at}

    async def _remove(self, owner: str, _request: web.Request) -> dict[str, Any]:
        return {"removed": await self.webhooks.endpoints.remove(owner)}

    async def _test(self, owner: str, _request: web.Request) -> dict[str, Any]:
        return {"delivery_id": await self.webhooks.test(owner)}

    async def _log(self, owner: str, _request: web.Request) -> dict[str, Any]:
        return {"deliveries": [_shown(delivery) for delivery in await self.webhooks.outbox.log(owner)]}


async def _answered(answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except UNANSWERED as error:
        raise JobsUnavailable("webhooks cannot be looked up at the moment; try again") from error


def _shown(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in SHOWN}
