"""Between aiohttp, which serves us, and the SDK's transport, which is an ASGI application: one request each way.

The body is read before, so that its size and its time have our bounds; the reply is written as it comes, since it may
be a stream of events. A client that hangs up cancels the handler, and with it the application.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from aiohttp import hdrs, web

Message = MutableMapping[str, Any]
App = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]


class AsgiCall:
    """One request. extra: what the application finds in its scope."""

    def __init__(self, request: web.Request, body: bytes, extra: dict[str, Any]) -> None:
        self._request = request
        self._body: bytes | None = body
        self._extra = extra
        self._response: web.StreamResponse | None = None

    async def run(self, app: App) -> web.StreamResponse:
        await app(self._scope(), self._receive, self._send)
        assert self._response is not None, "every request is answered"
        return self._response

    def _scope(self) -> dict[str, Any]:
        request, peer = self._request, self._request.transport and self._request.transport.get_extra_info("peername")
        headers = [(name.lower(), value) for name, value in request.raw_headers]
        if hdrs.ACCEPT not in request.headers:
            headers.append((b"accept", b"*/*"))  # RFC 9110 section 12.5.1: who says nothing takes anything
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": f"{request.version.major}.{request.version.minor}",
            "method": request.method,
            "scheme": request.scheme,
            "path": request.path,
            "raw_path": request.raw_path.encode(),
            "query_string": request.query_string.encode(),
            "root_path": "",
            "headers": headers,
            "client": peer[:2] if peer else None,
            "server": None,
            **self._extra,
        }

    async def _receive(self) -> Message:
        """The body, then nothing: who waits for the client to hang up is cancelled when it does."""
        if self._body is None:
            await asyncio.Event().wait()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._response = web.StreamResponse(status=message["status"])
            for name, value in message.get("headers", ()):
                self._response.headers.add(name.decode("latin-1"), value.decode("latin-1"))
            await self._response.prepare(self._request)
            return
        assert self._response is not None, "a reply begins with its status"
        if message.get("body"):
            await self._response.write(message["body"])
        if not message.get("more_body", False):
            await self._response.write_eof()
