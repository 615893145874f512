"""Every reply of a route, held against what the route's description says: a field that one has and the other has not
fails the test that asked.
"""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import hdrs, web

from gateway.config import GatewayConfig
from gateway.dialects.native.errors import ErrorReply
from gateway.dialects.shape import Media
from gateway.openapi.parameters import path_of
from gateway.server.routes import Parts, open_app
from gateway.transports.routes import served_by


class Missing:
    def __getattr__(self, name):
        return self


@cache
def whole_app():
    """All that is served. Nothing is asked of it, so its parts may be missing."""
    parts: dict[str, Any] = dict.fromkeys(Parts.__dataclass_fields__, Missing())
    return open_app(Parts(**{**parts, "config": GatewayConfig()}))


@web.middleware
async def as_described(request, handler):
    """Goes into an application as its first middleware."""
    response = await handler(request)
    body = response.body if isinstance(response, web.Response) else None
    if isinstance(body, bytes) and body and response.content_type == "application/json":
        check(request.method, request.path, response.status, json.loads(body), request.app)
    return response


def check(method, path, status, told, app=None):
    """told: the reply's body, of JSON. app: that has the route; None: all that is served."""
    kinds = list(_kinds(app or whole_app(), method.replace(hdrs.METH_HEAD, hdrs.METH_GET), path, status))
    assert any(_is(told, kind) for kind in kinds), f"{method} {path} {status} told {told}, not of {kinds}"


def _kinds(app, method, path, status):
    """What may be told there with this status, by the first route that has the path, as it would be asked."""
    having = [served for served in served_by(app) if _has(served.route, path)]
    served = next((each for each in having if each.route.method == method), None)
    if served is None:  # no route answers
        yield from (claimant.vendor.error for each in having for claimant in each.claimants)
        if not having:
            yield ErrorReply
        return
    for claimant in served.claimants:
        refusal = claimant.vendor.error if status >= HTTPStatus.BAD_REQUEST else None
        yield claimant.shape.replies.get(status, refusal)


def _has(route, path):
    return any(_pattern(each).fullmatch(path) for each in (route.path, *route.twins))


@cache
def _pattern(path):
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path_of(path))))


def _is(told, kind):
    if kind is None or isinstance(kind, Media):
        return False
    try:
        return json.loads(msgspec.json.encode(msgspec.convert(told, kind))) == told
    except msgspec.ValidationError:
        return False
