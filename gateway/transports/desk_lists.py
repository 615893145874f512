"""What the hosted APIs tell of jobs beside their sound: lists, texts, prices."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Estimate, Reading, Shelf
from gateway.dialects.desk.views import Told
from gateway.dialects.prices import credits_of
from gateway.jobs.checking import check
from gateway.jobs.job import JobRequest, State
from gateway.jobs.jobs import Jobs
from gateway.ordering import view_of
from gateway.transports.bodies import body_of
from gateway.transports.reception import Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add


@dataclass(frozen=True, slots=True)
class DeskLists:
    reception: Reception
    jobs: Jobs

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        enter = partial(self.reception.let_in, desk.refuse)
        for path, shelf in desk.shelves.items():
            yield Route("GET", path, partial(enter, Scope.READ_JOBS, partial(self._list, shelf)), shelf.shape)
        for path, reading in desk.readings.items():
            yield Route("GET", path, partial(enter, Scope.READ_JOBS, partial(self._read, reading)), reading.shape)
        for path, estimate in desk.estimates.items():
            yield Route("POST", path, partial(enter, Scope.VOICES, partial(self._estimate, estimate)), estimate.shape)

    async def _list(self, shelf: Shelf, call: Call) -> web.StreamResponse:
        chosen = shelf.choose(call.asked)
        states = [State(state) for state in chosen.states]
        page = await self.jobs.list(call.visit.account, states=states, limit=chosen.limit, after=chosen.after)
        return _told(shelf.tell([view_of(job) for job in page.jobs], page.next, call.asked))

    async def _read(self, reading: Reading, call: Call) -> web.StreamResponse:
        job = await self.jobs.find(call.visit.account, reading.id_of(call.asked))
        return _told(reading.tell(view_of(job), await self.jobs.text(call.visit.account, job.id)))

    async def _estimate(self, estimate: Estimate, call: Call) -> web.StreamResponse:
        """What would be refused has no price."""
        wanted = estimate.parse(call.asked, await body_of(call.request))
        check(JobRequest.of(wanted.opened), wanted.text, self.jobs.synth.catalog, self.jobs.limits)
        return _told(estimate.tell(wanted, credits_of(call.asked, wanted.opened, wanted.charged)))


def _told(told: Told) -> web.Response:
    return reply(told.body, told.status, dict(told.headers))
