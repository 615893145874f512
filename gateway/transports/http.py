"""Plain HTTP: one-shot speech, voices, tokens, health and metrics."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, replace

import msgspec
from aiohttp import web

from gateway.accounts.tokens import DEFAULT_LIFETIME, TokenStore
from gateway.dialects import Close, decode_json
from gateway.dialects.one_shot import ContentType, OneShotDialect, Refusal
from gateway.dialects.paths import HTTP_PATHS
from gateway.door import Door
from gateway.errors import InvalidMessage, MessageTooLarge, SpeechError
from gateway.metrics import CONTENT_TYPE, Metrics
from gateway.runner import Synthesizer
from gateway.transports.request import abort, credentials_of, refuse, reply, tune

BODY_TIME = 10.0  # seconds for a client to send its request's body


class HttpWire:
    """A request and its reply as a conversation: the body comes in, audio goes out."""

    def __init__(self, request: web.Request, body: str, refusal_of: Callable[[SpeechError], Refusal]) -> None:
        self._request = request
        self._body = body
        self._refusal_of = refusal_of
        self._content_type = ""
        self.response: web.StreamResponse | None = None

    async def frames(self) -> AsyncIterator[str]:
        yield self._body
        await asyncio.Event().wait()  # aiohttp cancels the handler when the client hangs up

    async def send(self, frame: ContentType | bytes | SpeechError) -> None:
        if isinstance(frame, ContentType):
            self._content_type = frame.value
        elif isinstance(frame, bytes):
            await self._write(frame)
        elif self.response is None:
            self.response = refuse(frame, self._refusal_of)
        else:
            self.abort()  # the only way to say in a chunked body that it is not whole

    async def close(self, _close: Close) -> None:
        if self.response is not None and self.response.prepared:
            await self.response.write_eof()

    def abort(self) -> None:
        abort(self._request.transport)

    async def _write(self, audio: bytes) -> None:
        if self.response is None:
            self.response = web.StreamResponse(headers={"Content-Type": self._content_type})
            await self.response.prepare(self._request)
        await self.response.write(audio)


@dataclass(frozen=True, slots=True)
class HttpTransport:
    door: Door
    synth: Synthesizer
    tokens: TokenStore
    metrics: Metrics

    def add_routes(self, app: web.Application) -> None:
        for path in HTTP_PATHS:
            app.router.add_post(path, self.speak)
        app.router.add_get("/v1/voices", self.voices)
        app.router.add_post("/v1/tokens", self.issue_token)
        app.router.add_get("/livez", self.livez)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.show_metrics)

    async def speak(self, request: web.Request) -> web.StreamResponse:
        protocol = HTTP_PATHS[request.path]
        try:
            async with self.door.enter(credentials_of(request)):
                tune(request.transport)
                wire = HttpWire(request, await _body(request), protocol.refuse)
                await self.door.runner.run_session(wire, OneShotDialect(protocol))
        except SpeechError as error:
            return refuse(error, protocol.refuse)
        assert wire.response is not None, "a session ends with audio or an error"
        return wire.response

    async def voices(self, request: web.Request) -> web.Response:
        """Filters: language, gender, engine."""
        try:
            async with self.door.enter(credentials_of(request)):
                wanted = {name: request.query.get(name, "") for name in ("language", "gender", "engine")}
                return reply({"voices": [asdict(voice) for voice in self.synth.catalog.select(**wanted)]})
        except SpeechError as error:
            return refuse(error)

    async def issue_token(self, request: web.Request) -> web.Response:
        """A single-use token in the name of the caller's key, for the query of a browser's WebSocket."""
        try:
            async with self.door.enter(replace(credentials_of(request), token="")) as identity:
                wish = decode_json(TOKEN_BODY, await _body(request) or "{}")
                token = await self.tokens.issue(identity.key_id, wish.lifetime)
                return reply({"token": token, "expires_in": wish.lifetime})
        except SpeechError as error:
            return refuse(error)

    async def livez(self, _request: web.Request) -> web.Response:
        return reply({"status": "alive"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Ready: a worker has spoken its warm-up, and the server is not going away."""
        if self.door.runner.draining:
            return reply({"status": "draining"}, 503)
        return reply({"status": "ready"}) if self.synth.ready else reply({"status": "no worker is ready"}, 503)

    async def show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.metrics.render(), headers={"Content-Type": CONTENT_TYPE})


class TokenBody(msgspec.Struct, frozen=True):
    lifetime: float = DEFAULT_LIFETIME


TOKEN_BODY = msgspec.json.Decoder(TokenBody)


async def _body(request: web.Request) -> str:
    """Raises InvalidMessage, MessageTooLarge."""
    try:
        async with asyncio.timeout(BODY_TIME):
            return (await request.read()).decode()
    except UnicodeDecodeError as error:
        raise InvalidMessage("the body is not UTF-8") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise MessageTooLarge("the body is larger than this server takes") from error
    except TimeoutError as error:
        raise InvalidMessage(f"the body did not come within {BODY_TIME:g} s") from error
