"""Pages of other sites in a browser (the Fetch standard's CORS protocol): who may ask, and which headers they may read.

Never with credentials: a key stands in a header that the page sets itself, and no browser adds one by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

ANY = "*"
REMEMBERED = "7200"  # seconds for which a browser need not ask again; Chromium's bound
ASKED = "Access-Control-Request-Method"
# What some client reads of a reply: ours, and the vendors'.
EXPOSED = (
    "x-request-id, Retry-After, Location, ETag, Content-Range, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-RateLimit-Bucket, X-Credits-Used, "
    "retry-after-ms, x-should-retry, dg-request-id, dg-model-name, dg-char-count, dg-error"
)


@dataclass(frozen=True, slots=True)
class Cors:
    """origins: `https://app.example.com`, `https://*.example.com`, `*` for all; none: only pages of this server."""

    origins: Sequence[str]

    def watch(self, app: web.Application) -> None:
        if self.origins:
            app.middlewares.insert(0, self._preflight)
            app.on_response_prepare.append(self._sign)

    def allows(self, origin: str) -> bool:
        return any(fnmatchcase(origin, each) for each in self.origins)

    @web.middleware
    async def _preflight(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What a browser asks before it asks: without a key, which it may not send yet."""
        origin = request.headers.get(hdrs.ORIGIN, "")
        if request.method != hdrs.METH_OPTIONS or ASKED not in request.headers or not self.allows(origin):
            return await handler(request)
        allowed = {
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: _methods(request),
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: request.headers.get("Access-Control-Request-Headers", ""),
            hdrs.ACCESS_CONTROL_MAX_AGE: REMEMBERED,
        }
        return web.Response(status=204, headers={name: value for name, value in allowed.items() if value})

    async def _sign(self, request: web.Request, response: web.StreamResponse) -> None:
        origin = request.headers.get(hdrs.ORIGIN, "")
        if ANY not in self.origins:
            response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        if origin and self.allows(origin):
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = ANY if ANY in self.origins else origin
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = EXPOSED


def _methods(request: web.Request) -> str:
    """That the path has; where it has only others than OPTIONS, the router says which."""
    refused = request.match_info.http_exception
    return ", ".join(sorted(refused.allowed_methods)) if isinstance(refused, web.HTTPMethodNotAllowed) else ""
