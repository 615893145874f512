"""`/openapi.json`, and `/docs`, where a person reads it: neither needs a key, nor fetches anything elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import msgspec
from aiohttp import hdrs, web

from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import NOTHING, Media, Shape
from gateway.openapi.document import document
from gateway.transports.routes import Route, Vendor, add, served_by

NOT_MODIFIED = 304
PAGE = {
    "/docs": ("index.html", "text/html"),
    "/docs/app.js": ("app.js", "text/javascript"),
    "/docs/style.css": ("style.css", "text/css"),
}
# Nothing but our own files, and no frame of somebody else's round them.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
DESCRIPTION = Shape("This description", replies={200: dict, NOT_MODIFIED: NOTHING})


@dataclass(frozen=True, slots=True)
class ContractTransport:
    version: str

    def add_routes(self, app: web.Application) -> None:
        """After all others, which it describes."""
        pages = [
            Route(
                "GET",
                path,
                _page(name, kind),
                Shape("The page to read it", replies={200: Media((kind,)), NOT_MODIFIED: NOTHING}),
                keyless=True,
            )
            for path, (name, kind) in PAGE.items()
        ]
        body = b""

        async def describe(request: web.Request) -> web.Response:
            return _kept(request, body, "application/json", {})

        add(app, Vendor.of(NATIVE), [Route("GET", "/openapi.json", describe, DESCRIPTION, keyless=True), *pages])
        body = msgspec.json.encode(document(served_by(app), self.version))


def _page(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = files("gateway.openapi").joinpath("page", name).read_bytes()

    async def show(request: web.Request) -> web.Response:
        return _kept(request, body, kind, {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})

    return show


def _kept(request: web.Request, body: bytes, kind: str, headers: dict[str, str]) -> web.Response:
    """Who has it already is told so."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    told = {**headers, hdrs.ETAG: tag, hdrs.CACHE_CONTROL: "no-cache"}
    if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
        return web.Response(status=NOT_MODIFIED, headers=told)
    return web.Response(
        body=body, content_type=kind, charset=None if kind == "application/json" else "utf-8", headers=told
    )
