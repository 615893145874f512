"""The routes that are served, each with what it takes and gives, which is all that the API's description knows."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web

from gateway.dialects.desk import Desk
from gateway.dialects.shape import Shape
from gateway.dialects.shelf import Shelf
from gateway.dialects.surface import Refusal, Surface
from gateway.errors import SpeechError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Whose protocol a route belongs to. error: the type of what refuse writes."""

    name: str
    refuse: Callable[[SpeechError], Refusal]
    error: Any = None

    @classmethod
    def of(cls, owner: Surface | Desk | Shelf) -> "Vendor":
        if isinstance(owner, Surface):
            return cls(owner.name, owner.refuse, owner.error)
        return cls(owner.title, lambda error: owner.refuse(error, ""), owner.error)


@dataclass(frozen=True, slots=True)
class Route:
    """keyless: no key is asked for. socket: a WebSocket is opened here. head: a GET whose headers may be asked for.

    twins: other spellings of the path, which are not described by themselves. absent: it is never implemented.
    """

    method: str
    path: str
    handler: Handler
    shape: Shape
    keyless: bool = False
    socket: bool = False
    head: bool = True
    twins: tuple[str, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who has a path, what it takes and gives there, and whether it does so without a key.

    claims: whether a request is of this vendor's client, where several have the path.
    """

    vendor: Vendor
    shape: Shape
    keyless: bool = False
    claims: Callable[[web.Request], bool] = lambda _request: True


@dataclass(frozen=True, slots=True)
class Served:
    """claimants: those who have the path, told apart by their clients' headers."""

    route: Route
    claimants: tuple[Claimant, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(each.shape for each in self.claimants)

    def claimant(self, request: web.Request) -> Claimant:
        """Whose the request is; the last one's if nobody claims it."""
        return next((each for each in self.claimants if each.claims(request)), self.claimants[-1])


SERVED = web.AppKey("served", list[Served])


def add(app: web.Application, vendor: Vendor, routes: Iterable[Route]) -> None:
    for route in routes:
        add_shared(app, route, [Claimant(vendor, route.shape, route.keyless)])


def add_shared(app: web.Application, route: Route, claimants: Iterable[Claimant]) -> None:
    """A path that several vendors have."""
    for path in (route.path, *route.twins):
        if route.method == hdrs.METH_GET:
            app.router.add_get(path, route.handler, allow_head=route.head)
        else:
            expect = _silent if route.absent else None
            app.router.add_route(route.method, path, route.handler, expect_handler=expect)
    served_by(app).append(Served(route, tuple(claimants)))


async def _silent(_request: web.Request) -> None:
    """Who asks whether to send a body is not told to: what is answered does not need it."""


def served_by(app: web.Application) -> list[Served]:
    if SERVED not in app:
        app[SERVED] = []
    return app[SERVED]
