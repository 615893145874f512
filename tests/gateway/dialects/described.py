"""Every reply of a route, held against what the route's description says: a field that one has and the other has not
fails the test that asked.
"""

import json
from http import HTTPStatus

import msgspec
from aiohttp import hdrs, web

from gateway.dialects.native.errors import ErrorReply
from gateway.dialects.shape import Media
from gateway.transports.routes import served_by


@web.middleware
async def as_described(request, handler):
    """Goes into an application as its first middleware."""
    response = await handler(request)
    body = response.body if isinstance(response, web.Response) else None
    if isinstance(body, bytes) and body and response.content_type == "application/json":
        told = json.loads(body)
        kinds = list(_kinds(request, response.status))
        assert any(_is(told, kind) for kind in kinds), f"{request.method} {request.path} told {told}, not of {kinds}"
    return response


def _kinds(request, status):
    """What may be told there with this status."""
    route, method = request.match_info.route, request.method.replace(hdrs.METH_HEAD, hdrs.METH_GET)
    path = route.resource.canonical if route.resource else ""
    for served in served_by(request.app):
        if served.route.method == method and path in (served.route.path, *served.route.twins):
            for claimant in served.claimants:
                refusal = claimant.vendor.error if status >= HTTPStatus.BAD_REQUEST else None
                yield claimant.shape.replies.get(status, refusal)
            return
    yield ErrorReply  # of what no route answers


def _is(told, kind):
    if kind is None or isinstance(kind, Media):
        return False
    try:
        return json.loads(msgspec.json.encode(msgspec.convert(told, kind))) == told
    except msgspec.ValidationError:
        return False
