"""A WebSocket client as thin as one can be: what a server sends goes from the socket to the inbox in one pass.

It knows what a load test needs: whole messages, no extensions, a mask of zeros (which leaves the payload as it is).
"""

import asyncio
import base64
import json
import os
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

from loadtest.wire import Fields, Inbox, LostError

CONNECT_TIMEOUT = 30.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FINAL = 0x80
AUDIO_HEADER = struct.Struct(">HI")
GOING = 1000


class WebSocket(asyncio.Protocol):
    def __init__(self, inbox: Inbox, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self._inbox = inbox
        self._request = request
        self._rest = b""
        self._close_code = 0
        self._transport: asyncio.Transport | None = None
        self._gone = asyncio.Event()

    # from the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self.opened.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self._open(head)
        self._rest = self._take(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._gone.set()
        story = "" if self._close_code == GOING else f"close code {self._close_code}, {error}"
        if not self.opened.done():
            self.opened.set_exception(LostError(story))
        self._inbox.lost(story)

    # from the client

    def send(self, kind: str, fields: Fields) -> None:
        self._send(TEXT, json.dumps({"type": kind, **fields}).encode())

    def abort(self) -> None:
        if self._transport is not None:
            self._close_code = GOING
            self._transport.abort()

    async def closed(self) -> None:
        await self._gone.wait()

    # inside

    def _open(self, head: bytes) -> None:
        status = head.partition(b"\r\n")[0]
        if b" 101 " in status:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(LostError(status.decode(errors="replace")))

    def _take(self, data: bytes) -> bytes:
        """Hands on every whole frame; what is left."""
        start, end = 0, len(data)
        while end - start >= 2:
            first, size, body = data[start], data[start + 1], start + 2
            if size > 125:
                body += 2 if size == 126 else 8
                size = int.from_bytes(data[start + 2 : body], "big")
            start_of_next = body + size
            if start_of_next > end or body > end:
                break
            self._dispatch(first, data, body, start_of_next)
            start = start_of_next
        return data[start:] if start else data

    def _dispatch(self, first: int, data: bytes, start: int, end: int) -> None:
        if first == FINAL | BINARY:
            handle, sequence = AUDIO_HEADER.unpack_from(data, start)
            self._inbox.audio(handle, sequence, 0, data[start + 6 : end])
        elif first == FINAL | TEXT:
            self._hear(json.loads(data[start:end]))
        elif first == FINAL | PING:
            self._send(PONG, data[start:end])
        elif first == FINAL | CLOSE:
            self._close_code = int.from_bytes(data[start : start + 2], "big")
            self._send(CLOSE, data[start : start + 2])
        else:
            self._inbox.broken(f"a frame that begins with {first:#x}")

    def _hear(self, message: dict[str, Any]) -> None:
        kind = message.pop("type", "")
        if kind == "audio":
            audio = base64.b64decode(message["audio"], validate=True)
            self._inbox.audio(message["context_id"], message["sequence"], message["flush_id"], audio)
        else:
            self._inbox.message(kind, message)

    def _send(self, opcode: int, payload: bytes) -> None:
        if self._transport is None:
            return
        size = len(payload)
        length = bytes([FINAL | size]) if size < 126 else bytes([FINAL | 126]) + size.to_bytes(2, "big")
        self._transport.write(bytes([FINAL | opcode]) + length + bytes(4) + payload)


async def connect(url: str, inbox: Inbox, api_key: str = "") -> WebSocket:
    """Raises LostError with what the server said."""
    parts = urlsplit(url)
    secure = parts.scheme == "wss"
    host, port = parts.hostname or "127.0.0.1", parts.port or (443 if secure else 80)
    loop = asyncio.get_running_loop()
    context = ssl.create_default_context() if secure else None
    wire = WebSocket(inbox, _request(f"{host}:{port}", f"{parts.path}?{parts.query}", api_key))
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            await loop.create_connection(lambda: wire, host, port, ssl=context)
            await wire.opened
    except BaseException as error:
        wire.abort()
        if isinstance(error, OSError | TimeoutError):
            raise LostError(f"{type(error).__name__}: {error}") from error
        raise
    return wire


@asynccontextmanager
async def connected(url: str, inbox: Inbox) -> AsyncIterator[WebSocket]:
    """Gone when the block is left, in whatever way."""
    wire = await connect(url, inbox)
    try:
        yield wire
    finally:
        wire.abort()
        await wire.closed()


def _request(host: str, target: str, api_key: str) -> bytes:
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    ]
    if api_key:
        lines.append(f"Authorization: Bearer {api_key}")
    return "\r\n".join([*lines, "", ""]).encode()
