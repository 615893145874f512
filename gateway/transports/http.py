"""Plain HTTP: one-shot speech, lists, tokens, at the paths that the dialects name."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.accounts.tokens import TokenStore
from gateway.dialects import Close
from gateway.dialects.one_shot import ContentType, OneShotDialect
from gateway.dialects.paths import listings
from gateway.dialects.surface import Asked, Listing, OneShot, Refusal, Settings, Surface, TokenDesk
from gateway.door import Door
from gateway.errors import SpeechError, Unauthenticated
from gateway.synthesizer import Synthesizer
from gateway.transports.bodies import body_of
from gateway.transports.request import abort, credentials_of, described, note_window, refuse, reply, tune
from gateway.transports.routes import Claimant, Route, Vendor, add, add_shared


class HttpWire:
    """A request and its reply as a conversation: what it asks for comes in, audio goes out."""

    def __init__(self, request: web.Request, asked: Asked, refusal_of: Callable[[SpeechError], Refusal]) -> None:
        self._request = request
        self._asked = asked
        self._refusal_of = refusal_of
        self._content_type = ""
        self.response: web.StreamResponse | None = None

    async def frames(self) -> AsyncIterator[Asked]:
        yield self._asked
        await asyncio.Event().wait()  # aiohttp cancels the handler when the client hangs up

    async def send(self, frame: ContentType | bytes | SpeechError) -> None:
        if isinstance(frame, ContentType):
            self._content_type = frame.value
        elif isinstance(frame, bytes):
            await self._write(frame)
        elif self.response is None:
            self.response = refuse(self._request, frame, self._refusal_of)
        elif self._request.transport is not None:
            self._request.transport.close()  # the only way to say in a chunked body that it is not whole

    async def close(self, _close: Close) -> None:
        if self.response is not None and self.response.prepared:
            await self.response.write_eof()

    def abort(self) -> None:
        abort(self._request.transport)

    async def _write(self, body: bytes) -> None:
        if self.response is None:
            headers = {"Content-Type": self._content_type, "X-Accel-Buffering": "no"}  # nginx would gather the body
            self.response = web.StreamResponse(headers={**self._asked.headers, **headers})
            await self.response.prepare(self._request)
        await self.response.write(body)


@dataclass(frozen=True, slots=True)
class HttpTransport:
    door: Door
    surfaces: Sequence[Surface]
    synth: Synthesizer
    tokens: TokenStore
    settings: Settings

    def add_routes(self, app: web.Application) -> None:
        for surface in self.surfaces:
            add(app, Vendor.of(surface), self._posts(surface))
        for path, candidates in listings(self.surfaces).items():
            route = Route("GET", path, partial(self._list, candidates), candidates[0][1].shape)
            add_shared(app, route, [self._claimant(each, listing) for each, listing in candidates])

    def _claimant(self, surface: Surface, listing: Listing) -> Claimant:
        def claims(request: web.Request) -> bool:
            return listing.claims(described(request, self.synth.catalog, self.settings))

        return Claimant(Vendor.of(surface), listing.shape, listing.keyless, claims)

    def _posts(self, surface: Surface) -> Iterator[Route]:
        for path, protocol in surface.posts.items():
            twins = (path + "/",)  # as some clients join a base URL and a path
            yield Route("POST", path, partial(self._speak, surface, protocol), protocol.shape, twins=twins)
        for path, desk in surface.tokens.items():
            yield Route("POST", path, partial(self._issue, surface, desk), desk.shape)

    async def _speak(self, surface: Surface, protocol: OneShot, request: web.Request) -> web.StreamResponse:
        try:
            async with self.door.enter(credentials_of(request), counted=note_window(request)) as visit:
                tune(request.transport)
                asked = protocol.parse(described(request, self.synth.catalog, self.settings), await body_of(request))
                await visit.reserve(len(asked.text))
                wire = HttpWire(request, asked, surface.refuse)
                await visit.converse(wire, OneShotDialect(protocol.name, asked.reply))
        except SpeechError as error:
            return refuse(request, error, surface.refuse)
        assert wire.response is not None, "a session ends with audio or an error"
        return wire.response

    async def _list(self, candidates: list[tuple[Surface, Listing]], request: web.Request) -> web.Response:
        asked = described(request, self.synth.catalog, self.settings)
        claimed = (each for each in candidates if each[1].claims(asked))
        surface, listing = next(claimed, candidates[-1])
        return await self._answer(surface, request, lambda: listing.write(asked), keyless=listing.keyless)

    async def _issue(self, surface: Surface, desk: TokenDesk, request: web.Request) -> web.Response:
        """A token in the name of the caller's key, for the query of a browser's WebSocket."""
        try:
            async with self.door.enter(credentials_of(request), counted=note_window(request)) as visit:
                if visit.identity.by_token:
                    raise Unauthenticated("a token is issued for an API key, not for another token")
                asked = described(request, self.synth.catalog, self.settings)
                grant = desk.parse(asked, await body_of(request))
                token = await self.tokens.issue(visit.identity.key_id, grant.lifetime, reusable=grant.reusable)
                return reply(desk.write(grant, token))
        except SpeechError as error:
            return refuse(request, error, surface.refuse)

    async def _answer(
        self, surface: Surface, request: web.Request, write: Callable[[], Any], *, keyless: bool
    ) -> web.Response:
        if keyless:
            entering = self.door.enter_keyless(rated=False)
        else:
            entering = self.door.enter(credentials_of(request), Scope.VOICES, note_window(request))
        try:
            async with entering:
                return reply(write())
        except SpeechError as error:
            return refuse(request, error, surface.refuse)
