"""`/v1/webhook`: where an owner's events go, a try, and the log of what was sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.database.errors import asked
from gateway.dialects import decode_json
from gateway.dialects.native.errors import refuse as refuse_natively
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import Shape
from gateway.door import Door
from gateway.errors import JobsUnavailable, SpeechError, UnknownWebhook
from gateway.transports.bodies import body_of
from gateway.transports.request import credentials_of, note_window, refuse, reply
from gateway.transports.routes import Route, Vendor, add
from gateway.webhooks.outbox import Delivery, State
from gateway.webhooks.signing import as_standard
from gateway.webhooks.webhooks import Webhooks


class Wish(msgspec.Struct, frozen=True):
    url: str
    rotate: bool = False


WISH = msgspec.json.Decoder(Wish)


class ShownWebhook(msgspec.Struct, frozen=True, omit_defaults=True):
    """secret, hmac_secret: only when they are new. created_at: seconds since 1970."""

    url: str
    created_at: float
    secret: str = ""
    hmac_secret: str = ""


class Removed(msgspec.Struct, frozen=True):
    removed: bool


class Tested(msgspec.Struct, frozen=True):
    delivery_id: str


class ShownDelivery(msgspec.Struct, frozen=True):
    """status: of the last reply, 0 for none. Times are seconds since 1970; due_at: when it is tried again."""

    id: str
    url: str
    event: str
    state: State
    attempts: int
    status: int
    note: str
    created_at: float
    due_at: float | None


class Deliveries(msgspec.Struct, frozen=True):
    deliveries: tuple[ShownDelivery, ...]


SET = Shape(
    "Where events go", Wish, replies={200: ShownWebhook}, example={"url": "https://example.com/hooks", "rotate": False}
)
SHOW = Shape("Where events go", replies={200: ShownWebhook})
REMOVE = Shape("No more events", replies={200: Removed})
TEST = Shape("An event to try the webhook", replies={200: Tested})
LOG = Shape("What was sent", replies={200: Deliveries})

Answer = Callable[[str, web.Request], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class WebhookTransport:
    door: Door
    webhooks: Webhooks

    def add_routes(self, app: web.Application) -> None:
        routes: tuple[tuple[str, str, Answer, Shape], ...] = (
            ("PUT", "/v1/webhook", self._set, SET),
            ("GET", "/v1/webhook", self._show, SHOW),
            ("DELETE", "/v1/webhook", self._remove, REMOVE),
            ("POST", "/v1/webhook/test", self._test, TEST),
            ("GET", "/v1/webhook/deliveries", self._log, LOG),
        )
        native = Vendor.of(NATIVE)
        add(
            app,
            native,
            [Route(method, path, partial(self._serve, answer), shape) for method, path, answer, shape in routes],
        )

    async def _serve(self, answer: Answer, request: web.Request) -> web.Response:
        scope = Scope.READ_JOBS if request.method == "GET" else Scope.WRITE_JOBS
        try:
            async with self.door.enter(credentials_of(request), scope, note_window(request)) as visit:
                with asked(_unanswered):
                    return reply(await answer(visit.account, request))
        except SpeechError as error:
            return refuse(request, error, refuse_natively)

    async def _set(self, owner: str, request: web.Request) -> ShownWebhook:
        """The secret is shown when it is new, and never again."""
        wish = decode_json(WISH, await body_of(request))
        endpoint, fresh = await self.webhooks.endpoints.set(owner, wish.url, rotate=wish.rotate)
        secrets = (as_standard(endpoint.secret), endpoint.secret) if fresh else ()
        return ShownWebhook(endpoint.url, endpoint.created_at, *secrets)

    async def _show(self, owner: str, _request: web.Request) -> ShownWebhook:
        endpoint = await self.webhooks.endpoints.find(owner)
        if endpoint is None:
            raise UnknownWebhook("there is no webhook; PUT /v1/webhook makes one")
        return ShownWebhook(endpoint.url, endpoint.created_at)

    async def _remove(self, owner: str, _request: web.Request) -> Removed:
        return Removed(await self.webhooks.endpoints.remove(owner))

    async def _test(self, owner: str, _request: web.Request) -> Tested:
        return Tested(await self.webhooks.test(owner))

    async def _log(self, owner: str, _request: web.Request) -> Deliveries:
        return Deliveries(tuple(_shown(delivery) for delivery in await self.webhooks.outbox.log(owner)))


def _unanswered() -> JobsUnavailable:
    return JobsUnavailable("webhooks cannot be looked up at the moment; try again")


def _shown(delivery: Delivery) -> ShownDelivery:
    return ShownDelivery(**{name: getattr(delivery, name) for name in ShownDelivery.__struct_fields__})
