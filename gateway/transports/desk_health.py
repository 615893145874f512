"""How the server is, as the hosted APIs tell everybody: looked at twice a minute at most."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Health
from gateway.dialects.desk.views import Vitals
from gateway.jobs.jobs import Jobs
from gateway.transports.reception import Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add

FRESH = 30.0  # seconds; the vendor's


@dataclass(slots=True)
class DeskHealth:
    reception: Reception
    jobs: Jobs
    clock: Callable[[], float] = time.monotonic
    _seen: Vitals | None = None
    _seen_at: float = field(default=0.0)

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        for path, health in desk.health.items():
            show = partial(self.reception.let_anyone_in, desk.refuse, partial(self._show, health))
            yield Route("GET", path, show, health.shape, keyless=True, twins=(path + "/",))

    async def _show(self, health: Health, _call: Call) -> web.StreamResponse:
        if self._seen is None or self.clock() >= self._seen_at + FRESH:
            self._seen, self._seen_at = await self._look(), self.clock()
        told = health.tell(self._seen)
        return reply(told.body, told.status, dict(told.headers))

    async def _look(self) -> Vitals:
        begun, synth = self.clock(), self.jobs.synth
        waiting = await self.jobs.waiting()
        engines = tuple(dict.fromkeys(voice.engine for voice in synth.catalog.voices))
        return Vitals(synth.ready, self.clock() - begun, waiting, engines)
