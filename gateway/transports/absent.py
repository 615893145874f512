"""What the vendors have and this server has not: recognition, cloning, conversion, audio tools. 501, after the key.

Nobody is asked to send what is not read: who waits for `100 Continue` hears the answer instead, and of what comes
anyway aiohttp throws away as much as comes in its ten seconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.dialects.desk import Desk
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Surface
from gateway.door import Door
from gateway.errors import NotImplementedHere, SpeechError
from gateway.transports.request import credentials_of, note_window, refuse
from gateway.transports.routes import Route, Vendor, add


@dataclass(frozen=True, slots=True)
class AbsentTransport:
    door: Door

    def add_routes(self, app: web.Application, owners: Iterable[Surface | Desk]) -> None:
        for owner in owners:
            vendor = Vendor.of(owner)
            add(app, vendor, self._routes(vendor, owner.absent))

    def _routes(self, vendor: Vendor, absent: tuple[Absent, ...]) -> Iterator[Route]:
        for each in absent:
            shape = Shape(f"{each.what}: not here", replies={})
            yield Route(
                each.method, each.path, partial(self._refuse, vendor, each.what), shape, head=False, absent=True
            )

    async def _refuse(self, vendor: Vendor, what: str, request: web.Request) -> web.Response:
        try:
            credentials = credentials_of(request)
            async with self.door.enter(credentials, Scope.VOICES, note_window(request), charged=True):
                raise NotImplementedHere(f"this server has no {what}")
        except SpeechError as error:
            return refuse(request, error, vendor.refuse)
