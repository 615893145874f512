"""An owner's webhook at the hosted APIs' paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.database.errors import UNANSWERED
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import HookDesk
from gateway.dialects.desk.views import Hook, Told
from gateway.dialects.shape import Shape
from gateway.errors import JobsUnavailable
from gateway.transports.bodies import body_of
from gateway.transports.reception import Answer, Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add
from gateway.webhooks.webhooks import Webhooks

EXAMPLE = {"url": "https://your-server.com/tts-webhook"}


@dataclass(frozen=True, slots=True)
class DeskHooks:
    reception: Reception
    webhooks: Webhooks

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        for path, hook in desk.hooks.items():
            shown = {200: hook.replies}
            for method, where, answer, shape in (
                ("PUT", path, self._set, Shape("Set the webhook", hook.body, replies=shown, example=EXAMPLE)),
                ("GET", path, self._show, Shape("The webhook", replies=shown)),
                ("DELETE", path, self._remove, Shape("Remove the webhook", replies=shown)),
                ("POST", f"{path}/test", self._test, Shape("Try the webhook", replies={200: hook.tested})),
            ):
                scope = Scope.READ_JOBS if method == "GET" else Scope.WRITE_JOBS
                answering = partial(self._answer, partial(answer, hook))
                yield Route(method, where, partial(self.reception.let_in, desk.refuse, scope, answering), shape)

    async def _answer(self, answer: Answer, call: Call) -> web.StreamResponse:
        try:
            return await answer(call)
        except UNANSWERED as error:
            raise JobsUnavailable("webhooks cannot be looked up at the moment; try again") from error

    async def _set(self, desk: HookDesk, call: Call) -> web.StreamResponse:
        """The secret is shown when it is new, and never again."""
        wish = desk.parse(await body_of(call.request))
        endpoint, fresh = await self.webhooks.endpoints.set(call.visit.account, wish.url, rotate=wish.rotate)
        return _told(desk.tell(Hook(endpoint.url, endpoint.created_at, endpoint.secret if fresh else "")))

    async def _show(self, desk: HookDesk, call: Call) -> web.StreamResponse:
        endpoint = await self.webhooks.endpoints.find(call.visit.account)
        return _told(desk.tell(Hook(endpoint.url, endpoint.created_at) if endpoint else None))

    async def _remove(self, desk: HookDesk, call: Call) -> web.StreamResponse:
        await self.webhooks.endpoints.remove(call.visit.account)
        return _told(desk.tell(None))

    async def _test(self, desk: HookDesk, call: Call) -> web.StreamResponse:
        return _told(desk.tell_test(await self.webhooks.test(call.visit.account)))


def _told(told: Told) -> web.Response:
    return reply(told.body, told.status, dict(told.headers))
