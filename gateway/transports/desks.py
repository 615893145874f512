"""The hosted APIs' jobs, at the paths that their surfaces name."""

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import hdrs, web

from gateway.accounts.plans import Scope
from gateway.accounts.tokens import TokenStore
from gateway.dialects.desk import Desk, Look, Month, Submit, Tell, View
from gateway.dialects.shape import AUDIO, NOTHING, Shape
from gateway.dialects.surface import Request, Settings
from gateway.door import Door, Visit
from gateway.errors import SpeechError
from gateway.jobs.job import Idempotency, Job, JobRequest
from gateway.jobs.jobs import Jobs
from gateway.transports.jobs import follow
from gateway.transports.request import body_of, credentials_of, described, id_of, note_window, origin_of, refuse, reply
from gateway.transports.routes import Route, Vendor, add

TO_THE_AUDIO = 307
TO_AUDIO = Shape("Where the audio is", replies={TO_THE_AUDIO: NOTHING})
STREAM = Shape("The audio while it is made", replies={200: AUDIO})
STREAM_LIFE = 600.0  # seconds for which a stream may be begun


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. asked: as dialects know it."""

    visit: Visit
    asked: Request
    request: web.Request

    def absolute(self, link: str) -> str:
        return f"{origin_of(self.request)}{link}" if link.startswith("/") else link


Answer = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class DeskTransport:
    door: Door
    jobs: Jobs
    tokens: TokenStore
    settings: Settings

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        """What has a name of its own comes before what is a job's id."""
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        for path, submit in desk.submits.items():
            answer = partial(self._submit, desk, submit)
            shape = replace(submit.shape, headers=("Idempotency-Key",))
            yield Route("POST", path, partial(self._let_in, desk, Scope.GENERATE, answer), shape)
        for path, id_of_job in desk.audio.items():
            yield self._get(desk, path, partial(self._lead_to_audio, id_of_job), TO_AUDIO)
        for path, id_of_job in desk.streams.items():
            yield replace(self._get(desk, path, partial(self._stream, id_of_job), STREAM), head=False)
        for path, look in desk.looks.items():
            if look.keyless:
                yield Route("GET", path, partial(self._show_anyone, desk, look), look.shape, keyless=True)
            else:
                yield self._get(desk, path, partial(self._show, look), look.shape)

    def _get(self, desk: Desk, path: str, answer: Answer, shape: Shape) -> Route:
        return Route("GET", path, partial(self._let_in, desk, Scope.STATUS, answer), shape)

    async def _let_in(self, desk: Desk, scope: Scope, answer: Answer, request: web.Request) -> web.StreamResponse:
        try:
            async with self.door.enter(credentials_of(request), scope, note_window(request), charged=True) as visit:
                return await answer(self._call(visit, request))
        except SpeechError as error:
            return refuse(request, error, lambda error: desk.refuse(error, id_of(request)))

    async def _show_anyone(self, desk: Desk, look: Look, request: web.Request) -> web.StreamResponse:
        try:
            async with self.door.enter_keyless() as visit:
                call = self._call(visit, request)
                job = await self.jobs.find_anyones(look.id_of(call.asked), desk.name)
                return await self._tell(look.tell, job, call)
        except SpeechError as error:
            return refuse(request, error, lambda error: desk.refuse(error, id_of(request)))

    def _call(self, visit: Visit, request: web.Request) -> Call:
        return Call(visit, described(request, self.jobs.synth.catalog, self.settings), request)

    async def _submit(self, desk: Desk, submit: Submit, call: Call) -> web.StreamResponse:
        wanted = submit.parse(call.asked, await body_of(call.request))
        key = call.request.headers.get("Idempotency-Key")
        idempotency = None if key is None else Idempotency(key)
        charge = call.visit.charge(len(wanted.text))
        job_request = JobRequest.of(wanted.opened, delivery=desk.name)
        submitted = await self.jobs.submit(call.visit.account, job_request, wanted.text, idempotency, charge)
        job = await self.jobs.wait(call.visit.account, submitted.job.id, wanted.wait) if wanted.wait else submitted.job
        return await self._tell(submit.tell, job, call, await self._stream_link(job, call) if wanted.stream else "")

    async def _stream_link(self, job: Job, call: Call) -> str:
        """It carries the right to be used, once, so that it can be handed to a player."""
        link = call.absolute(f"{call.request.path.removesuffix('/stream')}/{job.id}/stream")
        key_id = call.visit.identity.key_id
        return link if key_id is None else f"{link}?token={await self.tokens.issue(key_id, STREAM_LIFE)}"

    async def _show(self, look: Look, call: Call) -> web.StreamResponse:
        return await self._tell(look.tell, await self.jobs.find(call.visit.account, look.id_of(call.asked)), call)

    async def _stream(self, id_of_job: Callable[[Request], str], call: Call) -> web.StreamResponse:
        job = await self.jobs.find(call.visit.account, id_of_job(call.asked))
        return await follow(self.jobs, call.visit.account, job, call.request)

    async def _lead_to_audio(self, id_of_job: Callable[[Request], str], call: Call) -> web.StreamResponse:
        """To a link that is fresh; this path is good as long as the audio is kept."""
        job = await self.jobs.find(call.visit.account, id_of_job(call.asked))
        headers = {hdrs.LOCATION: await self.jobs.audio_url(job), hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(status=TO_THE_AUDIO, headers=headers)

    async def _tell(self, tell: Tell, job: Job, call: Call, stream: str = "") -> web.StreamResponse:
        link = call.absolute(await self.jobs.audio_url(job)) if job.audio else ""
        view = replace(_view(job), link=link, link_until=time.time() + self.jobs.link_life, stream=stream)
        told = tell(view, call.asked, await self._month(call.visit))
        return reply(told.body, told.status, dict(told.headers))

    async def _month(self, visit: Visit) -> Month:
        plan, spent = await self.door.allowance.month(visit.identity)
        return Month(spent.characters, plan.monthly_characters, spent.audio_ms / 60_000, plan.monthly_minutes)


def _view(job: Job) -> View:
    return View(
        job.id,
        job.state,
        job.request.open_context(),
        job.characters,
        job.spoken,
        job.created_at,
        job.finished_at,
        job.audio.seconds if job.audio else None,
        job.audio.size if job.audio else None,
        error=job.error.code if job.error else "",
        message=job.error.message if job.error else "",
    )
