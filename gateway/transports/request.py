"""What HTTP and WebSocket ask of an aiohttp request alike: whose it is, how it is refused, how its socket behaves."""

import asyncio
import math
import socket
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import msgspec
from aiohttp import hdrs, web

from gateway.accounts.addresses import Proxies
from gateway.accounts.authenticator import Credentials
from gateway.accounts.rates import Window
from gateway.core.voices import VoiceCatalog
from gateway.dialects.surface import Refusal, Request, Settings
from gateway.errors import EXACT_STATUS, SpeechError, UpgradeNeeded

WINDOW = web.RequestKey("window", Window)
ID = web.RequestKey("id", str)
PUBLIC_URL = web.AppKey("public_url", str)
TRUSTED = web.AppKey("trusted", Proxies)
NO_PROXIES = Proxies()
# Where vendors' clients put their key, beside the authorization header. Browsers cannot set headers on a WebSocket:
# they have the query, or Deepgram's `Sec-WebSocket-Protocol: token, KEY`.
KEY_HEADERS = ("xi-api-key", "x-api-key", "kyutai-api-key", "api-key", "x-vapi-secret")
KEY_QUERIES = ("token", "api_key", "access_token", "single_use_token", "xi-api-key", "auth_id")
KEY_SUBPROTOCOLS = ("token", "bearer")
JWT_DOTS = 2  # RFC 7519: header, payload, signature
# Milliseconds for which sent data may stay unacknowledged. A WebSocket ping cannot tell: it waits behind the audio.
USER_TIMEOUT = 10_000
# Seconds of silence after which the kernel asks whether the peer is there, and between two questions. With the above an
# idle client that vanished is forgotten after 20 s (measured: 41 s with WebSocket pings alone).
KEEPALIVE_IDLE, KEEPALIVE_INTERVAL = 10, 5
# Bytes that the kernel may hold for a client that does not read. The default grows to megabytes, which would be a
# minute of speech that a barge-in cannot take back.
SEND_BUFFER = 65_536


class Claims(msgspec.Struct, frozen=True):
    iss: str


CLAIMS = msgspec.json.Decoder(Claims)


def credentials_of(request: web.Request) -> Credentials:
    return Credentials(
        address=address_of(request),
        authorization=_issuer_of(request.headers.get(hdrs.AUTHORIZATION) or request.query.get("authorization", "")),
        key=next(filter(None, _keys(request)), ""),
        path=request.path,
    )


def address_of(request: web.Request) -> str:
    """The client's, whatever proxies of ours stand in front."""
    proxies = request.app.get(TRUSTED, NO_PROXIES)
    return proxies.client(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", ())))


def _keys(request: web.Request) -> Iterator[str]:
    for name in KEY_HEADERS:
        yield request.headers.get(name, "")
    scheme, _, key = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").partition(",")
    if scheme.strip().lower() in KEY_SUBPROTOCOLS:
        yield key.strip()
    for name in KEY_QUERIES:
        yield request.query.get(name, "")


def _issuer_of(authorization: str) -> str:
    """LiveKit's clients never show their key as it is, but as the issuer of a token that they sign with a secret of
    theirs. What they sign cannot be checked by who stores no secrets, and need not: the issuer is the secret.
    """
    scheme, _, token = authorization.strip().partition(" ")
    if token.count(".") != JWT_DOTS:
        return authorization
    try:
        payload = urlsafe_b64decode(token.split(".")[1] + "==")
        return f"{scheme} {CLAIMS.decode(payload).iss}"
    except (ValueError, msgspec.MsgspecError):
        return authorization


def id_of(request: web.Request) -> str:
    """A name of its own; the same whenever it is asked for."""
    if ID not in request:
        request[ID] = uuid4().hex
    return request[ID]


def origin_of(request: web.Request) -> str:
    """https://host:port, for links: what the operator says it is, else as the client came. Empty: its Host is none."""
    try:
        return request.app.get(PUBLIC_URL) or str(request.url.origin())
    except ValueError:
        return ""


def described(request: web.Request, catalog: VoiceCatalog, settings: Settings) -> Request:
    """The request as dialects know it: bytes of a header that are not UTF-8 are question marks."""
    headers = {name.lower(): value.encode(errors="replace").decode() for name, value in request.headers.items()}
    identity, origin = id_of(request), origin_of(request)
    return Request(request.match_info, request.query, headers, catalog, settings, identity, origin)


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, headers=headers, content_type="application/json")


def refuse(request: web.Request, error: SpeechError, refusal_of: Callable[[SpeechError], Refusal]) -> web.Response:
    """An error before anything was sent."""
    refusal = refusal_of(error)
    headers = dict(refusal.headers)
    if refusal.id_header:
        headers[refusal.id_header] = id_of(request)
    body = refusal.body
    if refusal.id_field:
        body = msgspec.structs.replace(body, **{refusal.id_field: id_of(request)})
    if isinstance(error, UpgradeNeeded):
        headers[hdrs.UPGRADE] = "websocket"  # RFC 9110 section 15.5.22
    if error.retryable:
        headers[hdrs.RETRY_AFTER] = str(math.ceil(error.retry_in))
    return reply(body, EXACT_STATUS.get(type(error), refusal.status), headers)


def note_window(request: web.Request) -> Callable[[Window], None]:
    """So that the reply tells of the rate that the request counted in."""
    return lambda window: request.__setitem__(WINDOW, window)


def sign_replies(app: web.Application) -> None:
    """Every reply says which request it answers, for reports of trouble, and what is left of the plan's rate."""

    async def sign(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["x-request-id"] = id_of(request)
        window = request.get(WINDOW)
        if window is not None:
            response.headers["X-RateLimit-Limit"] = str(window.limit)
            response.headers["X-RateLimit-Remaining"] = str(window.remaining)
            response.headers["X-RateLimit-Reset"] = str(math.ceil(window.resets_at))
            response.headers["X-RateLimit-Bucket"] = window.bucket

    app.on_response_prepare.append(sign)


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


def abort(transport: asyncio.WriteTransport | None) -> None:
    """Not asked what it is: uvloop's transports are none of asyncio's classes."""
    if transport is not None:
        transport.abort()
