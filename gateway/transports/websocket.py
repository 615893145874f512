"""WebSocket clients: accepts, asks who they are, finds the path's dialect, runs the session."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import WSMsgType, web

from gateway.core.events import Failed, SessionDone
from gateway.dialects import Close
from gateway.dialects.surface import LateKey, Settings, Socket, Surface, WebSocketDialect
from gateway.door import Door, Visit
from gateway.errors import (
    CLOSE_CODE,
    Code,
    Draining,
    SpeechError,
    TooManyConnections,
    Unauthenticated,
    UpgradeNeeded,
)
from gateway.transports.request import KEY_SUBPROTOCOLS, abort, credentials_of, described, note_window, refuse, tune
from gateway.transports.routes import Route, Vendor, add

HEARTBEAT = 30.0  # seconds between pings to a silent client; LiveKit's and Pipecat's clients answer within 20
LONGEST_REASON = 123  # bytes; RFC 6455 section 5.5
GOODBYE = 2.0  # seconds to wait for the client's half of the closing handshake
KEY_TIME = 5.0  # seconds for a first message with the key, as long as a silent connection may stay at all


class WebSocketWire:
    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._transport = request.transport
        self._first: str | bytes | None = None

    async def first(self) -> str | bytes:
        """The first message, which `frames` gives once more. Raises Unauthenticated when it does not come."""
        try:
            async with asyncio.timeout(KEY_TIME):
                self._first = await anext(self._messages())
        except (TimeoutError, StopAsyncIteration) as error:
            raise Unauthenticated("an API key is needed") from error
        return self._first

    async def frames(self) -> AsyncIterator[str | bytes]:
        """Text and binary messages. What breaks the WebSocket protocol itself (1002, 1007, 1009) ends them: aiohttp has
        answered it.
        """
        if self._first is not None:
            yield self._first
        async for message in self._messages():
            yield message

    async def _messages(self) -> AsyncIterator[str | bytes]:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            yield message.data

    async def send(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            await self._socket.send_bytes(frame)
        else:
            await self._socket.send_str(frame)

    async def close(self, close: Close) -> None:
        reason = close.reason.encode()[:LONGEST_REASON].decode(errors="ignore")  # no half of a character
        await self._socket.close(code=close.code, message=reason.encode())

    def abort(self) -> None:
        abort(self._transport)


@dataclass(frozen=True, slots=True)
class WebSocketTransport:
    door: Door
    surfaces: Sequence[Surface]
    max_message_size: int
    settings: Settings

    def add_routes(self, app: web.Application) -> None:
        for surface in self.surfaces:
            for path, socket in surface.sockets.items():
                handler = partial(self._serve, surface, socket)
                add(app, Vendor.of(surface), [Route("GET", path, handler, socket.shape, socket=True, head=False)])

    async def _serve(self, surface: Surface, socket: Socket, request: web.Request) -> web.StreamResponse:
        credentials = credentials_of(request)
        try:
            if socket.late_key is not None and _upgrades(request) and await self.door.needs_key(credentials):
                return await self._serve_unnamed(socket, socket.late_key, request)
            async with self.door.enter(credentials, counted=note_window(request)) as visit:
                dialect = self._dialect(socket, request)
                response, wire = await self._accept(request)
                await _converse(visit, wire, dialect)
                return response
        except SpeechError as error:
            if isinstance(error, socket.inside):
                return await self._refuse_inside(surface, socket, request, error)
            return refuse(request, error, surface.refuse)

    async def _refuse_inside(
        self, surface: Surface, socket: Socket, request: web.Request, error: SpeechError
    ) -> web.StreamResponse:
        try:
            dialect = self._dialect(socket, request)
            response, wire = await self._accept(request)
        except SpeechError as also:
            return refuse(request, also, surface.refuse)
        await _say(wire, [frame for event in (Failed(None, error), SessionDone()) for frame in dialect.encode(event)])
        return response

    async def _serve_unnamed(self, socket: Socket, late: LateKey, request: web.Request) -> web.WebSocketResponse:
        """The key comes with the first message; before it a stranger learns nothing, not even what voices there are."""
        if self.door.runner.draining:
            raise Draining("this server is going away; connect again")
        response, wire = await self._accept(request)
        try:
            async with self.door.porch.stand() as let_in:
                await self._name(socket, late, request, wire, let_in)
        except TooManyConnections as error:
            self.door.runner.metrics.rejected_total.labels(error.reason).inc()
            await _turn_out(wire, late.tell(error))
        return response

    async def _name(
        self, socket: Socket, late: LateKey, request: web.Request, wire: WebSocketWire, let_in: Callable[[], None]
    ) -> None:
        """Who is turned away keeps the place until the goodbye is over."""
        try:
            key = late.of(await wire.first())
            async with self.door.enter(replace(credentials_of(request), key=key)) as visit:
                dialect = self._dialect(socket, request)
                let_in()
                await _converse(visit, wire, dialect)
        except SpeechError as error:
            await _say(wire, late.tell(error))

    def _dialect(self, socket: Socket, request: web.Request) -> WebSocketDialect:
        return socket.open(described(request, self.door.runner.synth.catalog, self.settings))

    async def _accept(self, request: web.Request) -> tuple[web.WebSocketResponse, WebSocketWire]:
        if not _upgrades(request):
            raise UpgradeNeeded("this path is a WebSocket's, and the request asks for none")
        response = web.WebSocketResponse(
            max_msg_size=self.max_message_size,
            compress=False,
            heartbeat=HEARTBEAT,
            timeout=GOODBYE,
            protocols=KEY_SUBPROTOCOLS,
        )
        await response.prepare(request)
        tune(request.transport)
        return response, WebSocketWire(response, request)


def _upgrades(request: web.Request) -> bool:
    return web.WebSocketResponse().can_prepare(request).ok


async def _converse(visit: Visit, wire: WebSocketWire, dialect: WebSocketDialect) -> None:
    try:
        await visit.converse(wire, dialect)
    except BaseExceptionGroup:  # a bug: the client learns that much, aiohttp logs the rest
        await wire.close(Close(CLOSE_CODE[Code.INTERNAL], "internal error"))
        raise


async def _say(wire: WebSocketWire, frames: Sequence[str | bytes | Close]) -> None:
    """The last of them is the goodbye. Who is gone does not hear it."""
    with suppress(ConnectionError):
        for frame in frames:
            if isinstance(frame, Close):
                await wire.close(frame)
                return
            await wire.send(frame)


async def _turn_out(wire: WebSocketWire, frames: Sequence[str | bytes | Close]) -> None:
    """Without waiting for an answer: what is written has left before the first wait."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            await _say(wire, frames)
    wire.abort()
