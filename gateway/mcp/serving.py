"""The SDK's transport over our tools: an ASGI application for each way to answer. Only this file and server.py know the
SDK, and nobody imports them before a model asks (opening.py).
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from gateway.mcp.opening import Apps
from gateway.mcp.server import make_server


def prepare(longest: int) -> AbstractAsyncContextManager[Apps]:
    """What there is to do before the loop is needed. longest: bytes of a request's body."""
    return _open(make_server(), longest)


@asynccontextmanager
async def _open(server: Server[Any], longest: int) -> AsyncIterator[Apps]:
    plain, events = (
        StreamableHTTPSessionManager(server, stateless=True, json_response=json, max_request_body_size=longest)
        for json in (True, False)
    )
    async with plain.run(), events.run():
        yield Apps(plain.asgi_app, events.asgi_app)
