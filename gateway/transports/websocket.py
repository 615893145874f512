"""WebSocket clients: accepts, asks who they are, finds the path's dialect, runs the session."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from gateway.dialects import Close
from gateway.dialects.paths import PATHS, Query, WebSocketDialect
from gateway.door import Door
from gateway.errors import CLOSE_CODE, Code, SpeechError
from gateway.transports.request import abort, credentials_of, refuse, tune

HEARTBEAT = 30.0  # seconds between pings to a silent client; LiveKit's and Pipecat's clients answer within 20
LONGEST_REASON = 123  # bytes; RFC 6455 section 5.5
GOODBYE = 2.0  # seconds to wait for the client's half of the closing handshake


class WebSocketWire:
    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._transport = request.transport

    async def frames(self) -> AsyncIterator[str | bytes]:
        """Text and binary messages. What breaks the WebSocket protocol itself (1002, 1007, 1009) ends them: aiohttp has
        answered it.
        """
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
    max_message_size: int
    voiceai_grace: float

    def add_routes(self, app: web.Application) -> None:
        for path in PATHS:
            app.router.add_get(path, self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        try:
            async with self.door.enter(credentials_of(request)):
                dialect = PATHS[request.path](Query(request.query, self.voiceai_grace))
                return await self._converse(request, dialect)
        except SpeechError as error:
            return refuse(error)

    async def _converse(self, request: web.Request, dialect: WebSocketDialect) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            max_msg_size=self.max_message_size, compress=False, heartbeat=HEARTBEAT, timeout=GOODBYE
        )
        await socket.prepare(request)
        tune(request.transport)
        wire = WebSocketWire(socket, request)
        try:
            await self.door.runner.run_session(wire, dialect)
        except BaseExceptionGroup:  # a bug: the client learns that much, aiohttp logs the rest
            await wire.close(Close(CLOSE_CODE[Code.INTERNAL], "internal error"))
            raise
        return socket
