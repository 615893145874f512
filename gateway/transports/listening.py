"""`/s/CODE`: the page behind a share's link, and the audio on it. No key is asked for; an access code may be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from aiohttp import hdrs, web

from gateway.accounts.attempts import WrongAttempts
from gateway.core.shelf.facts import ROUTE, Kept, Share, path_of
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.one_shot import http_status
from gateway.dialects.shape import NOTHING, Media, Shape
from gateway.errors import MessageTooLarge, SpeechError, UnknownShare, WrongAccessCode
from gateway.library import page
from gateway.library.listening import Listening
from gateway.library.secrets import TICKET_LIFE
from gateway.library.store import AudioStore
from gateway.metrics import Metrics
from gateway.transports.bodies import body_of
from gateway.transports.library import FILE, PARTIAL, UNSATISFIABLE, range_of, send_file
from gateway.transports.request import address_of, origin_of, refuse
from gateway.transports.routes import Route, Vendor, add

COOKIE = "voxgate_share"
SEE_OTHER, FORBIDDEN = 303, 403
PROBE = 2  # bytes that some players ask for to see whether ranges work
MAX_FORM = 4096  # characters
HTML = Media(("text/html",))


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ListeningTransport:
    """guesses: wrong access codes, by share and address."""

    listening: Listening
    store: AudioStore
    guesses: WrongAttempts
    metrics: Metrics

    def add_routes(self, app: web.Application) -> None:
        path, pages = f"{ROUTE}{{code}}", Vendor(NATIVE.name, NATIVE.refuse, HTML)
        show, audio = Shape("A shared page", replies={200: HTML}), {200: FILE, PARTIAL: FILE, UNSATISFIABLE: NOTHING}
        enter = Shape("An access code, as a form", replies={SEE_OTHER: NOTHING})
        routes = (
            Route("GET", path, partial(_as_page, self._show), show, keyless=True),
            Route("POST", path, partial(_as_page, self._enter), enter, keyless=True),
        )
        add(app, pages, routes)
        heard = Route("GET", f"{path}/audio/{{track}}", self.play, Shape("Shared audio", replies=audio), keyless=True)
        add(app, Vendor.of(NATIVE), [heard])

    async def _show(self, request: web.Request) -> web.StreamResponse:
        share = await self.listening.open(request.match_info["code"])
        path = path_of(share.code)
        return _page(page.player(share, path) if await self._may_listen(share, request) else page.door(path))

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Nobody is told whether a code was right who has tried too many of this share."""
        share = await self.listening.open(request.match_info["code"])
        path = path_of(share.code)
        response = web.Response(status=SEE_OTHER, headers={**page.HEADERS, hdrs.LOCATION: path})
        if not share.protected:
            return response
        typed = await _typed(request)
        try:
            with self.guesses.guess(f"{share.code} {address_of(request)}"):
                ticket = await self.listening.redeem(share, typed)
        except WrongAccessCode as error:
            return _page(page.door(path, error.message), FORBIDDEN)
        tls = origin_of(request).startswith("https:")  # a proxy's may end in front of us
        response.set_cookie(
            COOKIE, ticket, max_age=int(TICKET_LIFE), path=path, httponly=True, samesite="Lax", secure=tls
        )
        return response

    async def play(self, request: web.Request) -> web.StreamResponse:
        try:
            share = await self.listening.open(request.match_info["code"])
            if not await self._may_listen(share, request):
                raise WrongAccessCode("an access code is needed")
            audio = _track(share, request.match_info["track"])
            self._count(share, audio, request)
            return await send_file(self.store, request, audio.path)
        except FileNotFoundError:
            return refuse(request, UnknownShare("what this link led to was deleted"), NATIVE.refuse)
        except SpeechError as error:
            return refuse(request, error, NATIVE.refuse)

    async def _may_listen(self, share: Share, request: web.Request) -> bool:
        return await self.listening.may_listen(share, request.cookies.get(COOKIE, ""))

    def _count(self, share: Share, audio: Kept, request: web.Request) -> None:
        """A play is what begins at the beginning; who seeks asks for the rest."""
        wanted = range_of(request.headers.get("Range", ""), audio.size)
        if request.method == hdrs.METH_GET and wanted is not None and wanted.start == 0 and len(wanted) > PROBE:
            self.listening.plays.add(share.code)
            self.metrics.share_plays_total.inc()


async def _as_page(answer: Answer, request: web.Request) -> web.StreamResponse:
    try:
        return await answer(request)
    except SpeechError as error:
        response = _page(page.nothing(error.message), http_status(error))
        if error.retryable:
            response.headers[hdrs.RETRY_AFTER] = "60" if error.reason == "too_many_attempts" else "1"
        return response


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=page.HEADERS)


def _track(share: Share, number: str) -> Kept:
    audio = share.tracks[int(number) - 1].audio if number in map(str, range(1, len(share.tracks) + 1)) else None
    if audio is None:
        raise UnknownShare("this share has no such track")
    return audio


async def _typed(request: web.Request) -> str:
    """Of a form. Raises InvalidMessage, MessageTooLarge."""
    if (request.content_length or 0) > MAX_FORM:
        raise MessageTooLarge("this is no access code")
    body = await body_of(request)
    try:
        return parse_qs(body[:MAX_FORM], max_num_fields=10).get("code", [""])[0]
    except ValueError:
        return ""
