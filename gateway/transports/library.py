"""Audio that is kept, by a signed link: whoever has it needs no key. Ranges work, so players can seek."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from aiohttp import web

from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import AUDIO, NOTHING, Media, Shape
from gateway.errors import InvalidLink, JobsUnavailable, SpeechError
from gateway.library.links import ROUTE
from gateway.library.store import FAILURES, AudioStore, content_type_of
from gateway.transports.request import abort, refuse, tune
from gateway.transports.routes import Route, Vendor, add

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")  # one; several are answered with the whole, as RFC 9110 lets us
PARTIAL, UNSATISFIABLE = 206, 416


class Signed(msgspec.Struct, frozen=True):
    expires: str
    signature: str


FILE = Media((*AUDIO.types, "audio/mp4", "application/octet-stream"))
KEPT = Shape(
    "Audio that is kept, by a signed link",
    query=Signed,
    replies={200: FILE, PARTIAL: FILE, UNSATISFIABLE: NOTHING},
)


@dataclass(frozen=True, slots=True)
class LibraryTransport:
    store: AudioStore
    clock: Callable[[], float] = time.time

    def add_routes(self, app: web.Application) -> None:
        add(app, Vendor.of(NATIVE), [Route("GET", ROUTE + "{path:.+}", self.fetch, KEPT, keyless=True)])  # and HEAD

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            self.store.links.check(
                path, request.query.get("expires", ""), request.query.get("signature", ""), self.clock()
            )
            return await send_file(self.store, request, path)
        except FileNotFoundError:
            return refuse(request, InvalidLink("what this link led to was deleted"), NATIVE.refuse)
        except SpeechError as error:
            return refuse(request, error, NATIVE.refuse)


async def send_file(store: AudioStore, request: web.Request, path: str) -> web.StreamResponse:
    """Raises JobsUnavailable, FileNotFoundError."""
    try:
        size = await store.size(path)
    except FileNotFoundError:
        raise
    except FAILURES as error:
        raise JobsUnavailable("the store of the audio does not answer; try again") from error
    wanted = range_of(request.headers.get("Range", ""), size)
    if wanted is None:
        return web.Response(status=UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    return await _stream(store, request, path, wanted, size)


async def _stream(store: AudioStore, request: web.Request, path: str, wanted: range, size: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type_of(path), "Accept-Ranges": "bytes"})
    if len(wanted) < size:
        response.set_status(PARTIAL)
        response.headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    response.content_length = len(wanted)
    tune(request.transport)
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async for chunk in store.read(path, wanted.start, wanted.stop):
            await response.write(chunk)
    except FAILURES:
        abort(request.transport)  # the only way to say that it is not whole
    return response


def range_of(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; all of them if it asks for none, or in words that we need not know.

    None: there are no such bytes.
    """
    asked = RANGE.fullmatch(header.strip())
    if asked is None or asked[0] == "bytes=-":
        return range(size)
    first, last = asked[1], asked[2]
    if not first:
        wanted = range(max(0, size - int(last)), size)
    else:
        wanted = range(int(first), min(int(last) + 1, size) if last else size)
    return wanted or None
