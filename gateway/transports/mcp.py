"""MCP over streamable HTTP: one POST, one answer, and nothing kept in between.

There are no sessions: each request carries its key, counts in its key's plan and is served by whichever process gets
it, so nothing idles, leaks or has to find its process again. That is how AI TTS has it, and what the protocol has
become (revision 2026-07-28); clients of older revisions do without a session too. GET and DELETE, which are for
sessions, are 405.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import hdrs, web

from gateway.accounts.tokens import TokenStore
from gateway.dialects.native.errors import describe
from gateway.dialects.one_shot import http_status
from gateway.dialects.shape import NOTHING, Shape
from gateway.dialects.surface import Refusal, Settings
from gateway.door import Door
from gateway.errors import Forbidden, InvalidMessage, SpeechError, Unauthenticated
from gateway.jobs.jobs import Jobs
from gateway.library.library import Library
from gateway.mcp.caller import CALLER, Caller
from gateway.mcp.opening import Opening
from gateway.transports.asgi import AsgiCall
from gateway.transports.bodies import body_of
from gateway.transports.request import credentials_of, described, note_window, origin_of, refuse
from gateway.transports.routes import Route, Vendor, add

# Ours, and AI TTS's; its examples put it behind a base URL that has /api/v1 already.
PATHS = ("/mcp", "/api/v1/mcp", "/api/v1/api/v1/mcp")
REFUSED = -32000  # JSON-RPC's first code for errors of a server's own
LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVENTS = "text/event-stream"
PROGRESS = b'"progressToken"'


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """JSON-RPC 2.0. id: None for a notification, which is answered with nothing."""

    jsonrpc: str
    method: str
    id: int | str | None = None
    params: dict[str, Any] | None = None


class Named(msgspec.Struct, frozen=True):
    """A message, as far as it can be told apart from others."""

    id: int | str | None = None


NAMED = msgspec.json.Decoder(Named)


class Problem(msgspec.Struct, frozen=True):
    """data: the error as our other protocols tell it."""

    code: int
    message: str
    data: Any = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    jsonrpc: str
    id: int | str | None
    result: dict[str, Any] | None = None
    error: Problem | None = None


MCP = Shape(
    "Tools for models: the Model Context Protocol",
    Message,
    replies={200: Reply, 202: NOTHING},
    example={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
)


class McpTransport:
    """origins: of the web pages that may call, as https://app.example.com, beside those of this machine; "*": all.

    longest: bytes of a request's body.
    """

    def __init__(
        self,
        door: Door,
        jobs: Jobs,
        library: Library,
        tokens: TokenStore,
        settings: Settings,
        *,
        longest: int,
        origins: Sequence[str] = (),
    ) -> None:
        self._door = door
        self._jobs = jobs
        self._library = library
        self._tokens = tokens
        self._settings = settings
        self._origins = origins
        self._tools = Opening(longest)

    def add_routes(self, app: web.Application) -> None:
        app.cleanup_ctx.append(self._serve)
        vendor = Vendor("MCP", _refusal, Reply)
        add(app, vendor, [Route(hdrs.METH_POST, path, self._answer, MCP) for path in PATHS])

    async def _serve(self, _app: web.Application) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(self._tools.run())
            yield
            serving.cancel()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_origin(request.headers.get(hdrs.ORIGIN, ""))
            async with self._door.enter(credentials_of(request), None) as visit:
                body = (await body_of(request)).encode()
                _check(request, body)
                asked, counted = described(request, self._jobs.synth.catalog, self._settings), note_window(request)
                origin = origin_of(request)
                caller = Caller(visit, asked, origin, self._jobs, self._library, self._tokens, counted)
                apps = await self._tools.apps()
                app = apps.events if _hears_progress(request, body) else apps.plain
                return await AsgiCall(request, body, {CALLER: caller}).run(app)
        except SpeechError as error:
            return refuse(request, error, _refusal)

    def _check_origin(self, origin: str) -> None:
        """A browser says whose page calls: one that was led to this machine by a name of its own (DNS rebinding) says
        its name. Programs say nothing. Which name we were called by does not matter, so proxies need no settings.
        """
        if not origin or "*" in self._origins or origin in self._origins:
            return
        with suppress(ValueError):
            if urlsplit(origin).hostname in LOOPBACK:
                return
        raise Forbidden("pages of this origin may not call; the setting mcp_origins names those that may")


def _check(request: web.Request, body: bytes) -> None:
    """What the SDK would answer in words of its own, or take for a notification. Raises InvalidMessage."""
    if request.content_type != "application/json":
        raise InvalidMessage(f"the body is JSON (content-type: application/json), and no {request.content_type[:80]}")
    try:
        NAMED.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidMessage(f"not a message of JSON-RPC: {str(error)[:200]}") from error
    except (msgspec.DecodeError, RecursionError):
        return  # which the protocol has a code for


def _hears_progress(request: web.Request, body: bytes) -> bool:
    return EVENTS in request.headers.get(hdrs.ACCEPT, "") and PROGRESS in body


def _refusal(error: SpeechError) -> Refusal:
    """Before the protocol is spoken."""
    headers = {"WWW-Authenticate": 'Bearer realm="voxgate"'} if isinstance(error, Unauthenticated) else {}
    problem = Problem(REFUSED, error.message, describe(error))
    return Refusal(http_status(error), Reply("2.0", None, error=problem), headers)
