"""The hosted APIs' jobs, at the paths that their surfaces name: submitted, looked at, listened to."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import hdrs, web

from gateway.accounts.plans import Scope
from gateway.accounts.tokens import TokenStore
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Look, Submit
from gateway.dialects.desk.views import Told, View
from gateway.dialects.shape import AUDIO, NOTHING, Shape
from gateway.dialects.surface import Request
from gateway.jobs.job import Job
from gateway.jobs.jobs import Jobs
from gateway.ordering import idempotency_of, order_of, view_of
from gateway.promised import keyless, month_after, month_of
from gateway.transports.bodies import body_of
from gateway.transports.jobs import follow
from gateway.transports.reception import Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add
from gateway.webhooks.addresses import Addresses

TO_THE_AUDIO = 307
TO_AUDIO = Shape("Where the audio is", replies={TO_THE_AUDIO: NOTHING})
STREAM = Shape("The audio while it is made", replies={200: AUDIO})


@dataclass(frozen=True, slots=True)
class DeskTransport:
    reception: Reception
    jobs: Jobs
    tokens: TokenStore
    addresses: Addresses

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        """What has a name of its own comes before what is a job's id."""
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        enter = partial(self.reception.let_in, desk.refuse)
        for path, submit in desk.submits.items():
            answer = partial(enter, Scope.GENERATE, partial(self._submit, desk, submit))
            shape = replace(submit.shape, headers=("Idempotency-Key",))
            yield Route("POST", path, answer, shape)
        for path, id_of_job in desk.audio.items():
            yield Route("GET", path, partial(enter, Scope.STATUS, partial(self._lead_to_audio, id_of_job)), TO_AUDIO)
        for path, id_of_job in desk.streams.items():  # asked for and counted when the job was: the link has that right
            listen = partial(enter, Scope.GENERATE, partial(self._stream, id_of_job), rated=False)
            yield Route("GET", path, listen, STREAM, head=False)
        for path, look in desk.looks.items():
            if look.keyless:
                anyone = partial(self.reception.let_anyone_in, desk.refuse, partial(self._show_anyone, desk, look))
                yield Route("GET", path, anyone, look.shape, keyless=True)
            else:
                yield Route("GET", path, partial(enter, Scope.STATUS, partial(self._show, look)), look.shape)

    async def _submit(self, desk: Desk, submit: Submit, call: Call) -> web.StreamResponse:
        wanted, owner = submit.parse(call.asked, await body_of(call.request)), call.visit.account
        hook = self.addresses.check(wanted.webhook_url) if wanted.webhook_url else ""
        order = order_of(call.asked, wanted, desk.name, webhook_url=hook)
        idempotency = idempotency_of(call.request.headers.get("Idempotency-Key"), wanted, desk.name)
        before = await month_of(call.visit)
        submitted = await self.jobs.submit(owner, order, wanted.text, idempotency, call.visit.charge(wanted.charged))
        job = await self.jobs.wait_for(submitted.job, wanted.wait)
        stream = await self._stream_link(job, call) if wanted.stream else ""
        view = await viewed(self.jobs, job, call, stream, promised=True)
        return _told(submit.tell(view, call.asked, await month_after(call.visit, before)))

    async def _stream_link(self, job: Job, call: Call) -> str:
        path = f"{call.request.path.removesuffix('/stream')}/{job.id}/stream"
        return await keyless(self.tokens, call.visit, path, call.asked.origin)

    async def _show(self, look: Look, call: Call) -> web.StreamResponse:
        return await self._tell(look, await self.jobs.find(call.visit.account, look.id_of(call.asked)), call)

    async def _show_anyone(self, desk: Desk, look: Look, call: Call) -> web.StreamResponse:
        return await self._tell(look, await self.jobs.find_anyones(look.id_of(call.asked), desk.name), call)

    async def _stream(self, id_of_job: Callable[[Request], str], call: Call) -> web.StreamResponse:
        job = await self.jobs.find(call.visit.account, id_of_job(call.asked))
        return await follow(self.jobs, call.visit.account, job, call.request)

    async def _lead_to_audio(self, id_of_job: Callable[[Request], str], call: Call) -> web.StreamResponse:
        """To a link that is fresh; this path is good as long as the audio is kept."""
        return await lead_to_audio(self.jobs, await self.jobs.find(call.visit.account, id_of_job(call.asked)))

    async def _tell(self, look: Look, job: Job, call: Call) -> web.StreamResponse:
        return _told(look.tell(await viewed(self.jobs, job, call), call.asked, await month_of(call.visit)))


def _told(told: Told) -> web.Response:
    return reply(told.body, told.status, dict(told.headers))


async def lead_to_audio(jobs: Jobs, job: Job) -> web.Response:
    headers = {hdrs.LOCATION: await jobs.audio_url(job), hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(status=TO_THE_AUDIO, headers=headers)


async def viewed(jobs: Jobs, job: Job, call: Call, stream: str = "", *, promised: bool = False) -> View:
    """The job with a fresh link to its audio, if it has any. promised: in the reply that promises it."""
    told, link = await jobs.linked(job, promised=promised)
    return view_of(told, link=call.absolute(link), link_until=time.time() + jobs.link_life, stream=stream)
