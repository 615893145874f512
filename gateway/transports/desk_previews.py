"""How voices sound, at the hosted APIs' paths."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from aiohttp import hdrs, web

from gateway.accounts.plans import Scope
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Preview
from gateway.dialects.shape import NOTHING, Shape
from gateway.errors import NotReady
from gateway.previews import Previews
from gateway.transports.desks import TO_THE_AUDIO
from gateway.transports.reception import Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add

LEAD = Shape("How a voice sounds", replies={TO_THE_AUDIO: NOTHING})
WAIT = 10.0  # seconds for a preview that nobody has asked for before
KEPT = 3600  # seconds at most that a client may go to the same link again


@dataclass(frozen=True, slots=True)
class DeskPreviews:
    reception: Reception
    previews: Previews

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        for path, preview in desk.previews.items():
            if preview.tell is None:
                lead = partial(self.reception.let_anyone_in, desk.refuse, partial(self._lead, preview))
                yield Route("GET", path, lead, LEAD, keyless=True)
            else:
                tell = partial(self.reception.let_in, desk.refuse, Scope.VOICES, partial(self._tell, preview))
                yield Route("GET", path, tell, preview.shape)

    async def _lead(self, preview: Preview, call: Call) -> web.StreamResponse:
        url = await self.previews.url(preview.voice_of(call.asked), call.asked.catalog, WAIT)
        kept = int(min(KEPT, self.previews.link_life / 2))  # and has as long again to fetch what it leads to
        headers = {hdrs.LOCATION: url, hdrs.CACHE_CONTROL: f"max-age={kept}"}
        return web.Response(status=TO_THE_AUDIO, headers=headers)

    async def _tell(self, preview: Preview, call: Call) -> web.StreamResponse:
        assert preview.tell is not None, "asked for by its route"
        name = preview.voice_of(call.asked)
        try:
            url = call.absolute(await self.previews.url(name, call.asked.catalog, WAIT))
        except NotReady:
            url = ""
        told = preview.tell(name, url, time.time() + self.previews.link_life)
        return reply(told.body, told.status, dict(told.headers))
