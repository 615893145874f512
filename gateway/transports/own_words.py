"""What aiohttp answers by itself. A path that nobody serves is told in our words, a method that a path has not in the
words of whoever has the path.
"""

from collections.abc import Callable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.dialects.native.errors import refuse as refuse_natively
from gateway.dialects.surface import Refusal
from gateway.errors import SpeechError, UnknownPath, WrongMethod
from gateway.transports.request import refuse
from gateway.transports.routes import served_by


@web.middleware
async def own_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        refusal = refuse(request, WrongMethod(f"{request.path[:80]} has: {allowed}"), await _words_of(request))
        refusal.headers[hdrs.ALLOW] = allowed
        return refusal
    except web.HTTPNotFound:
        return refuse(request, UnknownPath(f"nothing is served at {request.path[:80]}"), refuse_natively)


async def _words_of(request: web.Request) -> Callable[[SpeechError], Refusal]:
    """Of whoever has the path by another method: of several the first, but who has no more than a WebSocket there after
    who has HTTP; of those who share a route the one whom the client's headers name.
    """
    paths = {each.canonical for each in request.app.router.resources() if (await each.resolve(request))[1]}
    having = [each for each in served_by(request.app) if paths & {each.route.path, *each.route.twins}]
    having.sort(key=lambda each: each.route.socket)
    return having[0].claimant(request).vendor.refuse if having else refuse_natively
