"""The library, at the paths that our own surface and the vendors' name."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.dialects import decode_json
from gateway.dialects.shelf import Asking, Place, Said, Shelf
from gateway.door import Door
from gateway.errors import InvalidSetting, MessageTooLarge, SpeechError
from gateway.library.library import Library
from gateway.transports.bodies import body_of
from gateway.transports.request import credentials_of, id_of, note_window, origin_of, refuse, reply
from gateway.transports.routes import Route, Vendor, add

MAX_BODY = 262_144  # bytes: a thousand ids, or a title of 200 characters, many times over


@dataclass(frozen=True, slots=True)
class ShelfTransport:
    door: Door
    library: Library

    def add_routes(self, app: web.Application, shelves: tuple[Shelf, ...]) -> None:
        for shelf in shelves:
            add(app, Vendor.of(shelf), self._routes(shelf))

    def _routes(self, shelf: Shelf) -> Iterator[Route]:
        for place in shelf.places:
            handler = partial(self._serve, shelf, place, Reader.of(place))
            yield Route(place.method, place.path, handler, place.action.shape)

    async def _serve(self, shelf: Shelf, place: Place, reader: "Reader", request: web.Request) -> web.Response:
        try:
            async with self.door.enter(credentials_of(request), Scope(place.scope), note_window(request)) as visit:
                asking = await reader.read(request, shelf.audio)
                fact = await self.library.do(visit.account, place.action.parse(asking))
                return _written(place.action.tell(fact, asking))
        except SpeechError as error:
            return refuse(request, error, lambda error: shelf.refuse(error, id_of(request)))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what a place takes. body: None: it takes none."""

    query: type[msgspec.Struct] | None
    body: msgspec.json.Decoder[Any] | None

    @classmethod
    def of(cls, place: Place) -> "Reader":
        shape = place.action.shape
        return cls(shape.query, None if shape.body is None else msgspec.json.Decoder(shape.body))

    async def read(self, request: web.Request, audio: str) -> Asking:
        """Raises InvalidMessage, InvalidSetting, MessageTooLarge."""
        key = request.headers.get("Idempotency-Key", "")
        query = None if self.query is None else _query(self.query, request)
        body = None if self.body is None else decode_json(self.body, await _body(request) or "{}")
        return Asking(request.match_info, query, body, origin_of(request), key, audio)


async def _body(request: web.Request) -> str:
    if (request.content_length or 0) > MAX_BODY:  # before it is read
        raise MessageTooLarge(f"a body has at most {MAX_BODY} bytes here")
    body = await body_of(request)
    if len(body) > MAX_BODY:
        raise MessageTooLarge(f"a body has at most {MAX_BODY} bytes here")
    return body


def _query(kind: type[msgspec.Struct], request: web.Request) -> msgspec.Struct:
    """Numbers and moments as they stand in a URL."""
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except (msgspec.MsgspecError, ValueError) as error:
        raise InvalidSetting(f"the query cannot be read: {str(error)[:200]}") from error


def _written(said: Said) -> web.Response:
    headers = {"Cache-Control": "no-store", **said.headers}
    if said.content_type:
        return web.Response(body=said.body, status=said.status, headers=headers, content_type=said.content_type)
    return reply(said.body, said.status, headers)
