"""`/gallery`: a page on which voices are listed, found and heard, without an account."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from aiohttp import hdrs, web

from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import Media, Shape
from gateway.transports.routes import Route, Vendor, add

PAGE = {
    "/gallery": ("index.html", "text/html"),
    "/gallery/app.js": ("app.js", "text/javascript"),
    "/gallery/style.css": ("style.css", "text/css"),
}
# Our own files alone, but audio from wherever the store signs its links for.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' https:; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    hdrs.CACHE_CONTROL: "max-age=3600",
}


def add_gallery(app: web.Application) -> None:
    shapes = {kind: Shape("The gallery of voices", replies={200: Media((kind,))}) for _, kind in PAGE.values()}
    pages = PAGE.items()
    routes = (Route("GET", path, _page(name, kind), shapes[kind], keyless=True) for path, (name, kind) in pages)
    add(app, Vendor.of(NATIVE), routes)


def _page(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = files("gateway.gallery").joinpath(name).read_bytes()

    async def show(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    return show
