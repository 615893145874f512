"""What aiohttp answers by itself, in our words: a path that nobody serves, a method that a path has not."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.dialects.native.errors import refuse as refuse_natively
from gateway.errors import UnknownPath, WrongMethod
from gateway.transports.request import refuse


@web.middleware
async def own_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        refusal = refuse(request, WrongMethod(f"{request.path[:80]} has: {allowed}"), refuse_natively)
        refusal.headers[hdrs.ALLOW] = allowed
        return refusal
    except web.HTTPNotFound:
        return refuse(request, UnknownPath(f"nothing is served at {request.path[:80]}"), refuse_natively)
