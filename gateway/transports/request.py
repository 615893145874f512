"""What HTTP and WebSocket ask of an aiohttp request alike: whose it is, how it is refused, how its socket behaves."""

import asyncio
import math
import socket
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from gateway.accounts.authenticator import Credentials
from gateway.dialects.native_http import refuse as refuse_natively
from gateway.dialects.one_shot import Refusal
from gateway.errors import SpeechError

# Milliseconds for which sent data may stay unacknowledged. A WebSocket ping cannot tell: it waits behind the audio.
USER_TIMEOUT = 10_000
# Seconds of silence after which the kernel asks whether the peer is there, and between two questions. With the above an
# idle client that vanished is forgotten after 20 s (measured: 41 s with WebSocket pings alone).
KEEPALIVE_IDLE, KEEPALIVE_INTERVAL = 10, 5
# Bytes that the kernel may hold for a client that does not read. The default grows to megabytes, which would be a
# minute of speech that a barge-in cannot take back.
SEND_BUFFER = 65_536


def credentials_of(request: web.Request) -> Credentials:
    return Credentials(
        address=request.remote or "",
        authorization=request.headers.get("Authorization", ""),
        xi_api_key=request.headers.get("xi-api-key", ""),
        x_api_key=request.headers.get("X-API-Key", ""),
        token=request.query.get("token", ""),
    )


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, headers=headers, content_type="application/json")


def refuse(error: SpeechError, refusal_of: Callable[[SpeechError], Refusal] = refuse_natively) -> web.Response:
    """An error before anything was sent."""
    refusal = refusal_of(error)
    headers = {"Retry-After": str(math.ceil(error.retry_in))} if error.retryable else None
    return reply(refusal.body, refusal.status, headers)


def tune(transport: asyncio.BaseTransport | None) -> None:
    """So that a peer that is gone or does not read is noticed."""
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is None or connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_INTERVAL)


def abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.Transport):
        transport.abort()
