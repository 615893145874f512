"""Many texts in one request, at the hosted APIs' paths; and where a result is found without a key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import msgspec
from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.database.errors import UNANSWERED
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import BatchDesk
from gateway.dialects.desk.views import BatchView
from gateway.dialects.desk.wanted import BatchWanted, Note
from gateway.dialects.shape import NOTHING, Shape
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting, JobsUnavailable, SpeechError
from gateway.jobs.batches import Batch, Batches, Item
from gateway.jobs.bells import WORK
from gateway.jobs.checking import check
from gateway.jobs.job import Job
from gateway.jobs.jobs import Jobs
from gateway.ordering import idempotency_of_batch, note_of, order_of
from gateway.transports.bodies import body_of
from gateway.transports.desks import TO_THE_AUDIO, lead_to_audio, viewed
from gateway.transports.reception import Call, Reception
from gateway.transports.request import reply
from gateway.transports.routes import Route, Vendor, add
from gateway.webhooks.addresses import Addresses

RESULT = Shape("Where a result is", replies={TO_THE_AUDIO: NOTHING})


@dataclass(frozen=True, slots=True)
class DeskBatches:
    reception: Reception
    jobs: Jobs
    batches: Batches
    addresses: Addresses

    def add_routes(self, app: web.Application, desks: tuple[Desk, ...]) -> None:
        for desk in desks:
            add(app, Vendor.of(desk), self._routes(desk))

    def _routes(self, desk: Desk) -> Iterator[Route]:
        anyone = partial(self.reception.let_anyone_in, desk.refuse)
        for path, batch in desk.batches.items():
            submit = partial(self.reception.let_in, desk.refuse, Scope.GENERATE, partial(self._submit, desk, batch))
            yield Route("POST", path, submit, replace(batch.submitting, headers=("Idempotency-Key",)))
            look = partial(anyone, partial(self._show, desk, batch))
            yield Route("GET", batch.look, look, batch.looking, keyless=True)
        for path, id_of in desk.results.items():
            lead = partial(anyone, partial(self._lead, desk, id_of))
            yield Route("GET", path, lead, RESULT, keyless=True)

    async def _submit(self, desk: Desk, batch: BatchDesk, call: Call) -> web.StreamResponse:
        wanted = batch.parse(call.asked, await body_of(call.request))
        hook = self.addresses.check(wanted.webhook_url) if wanted.webhook_url else ""
        self._check(desk, wanted, call)
        items = partial(self._items, desk, wanted, call)
        cost = sum(note_of(item.request).credits for item in items(""))
        extra = msgspec.to_builtins(Note(credits=cost, origin=call.asked.origin, webhook_url=hook))
        idempotency = idempotency_of_batch(call.request.headers.get("Idempotency-Key"), wanted, desk.name)
        try:
            sent = await self.batches.submit(call.visit.account, desk.name, items, extra, idempotency)
        except UNANSWERED as error:
            raise JobsUnavailable("jobs cannot be taken in at the moment; try again") from error
        if not sent.repeated:
            self.jobs.metrics.jobs_submitted_total.labels(desk.name).inc(sent.batch.total)
            self.jobs.bells.ring(WORK)
        return await self._tell(batch, sent.batch, [], call)

    def _items(self, desk: Desk, wanted: BatchWanted, call: Call, batch_id: str) -> list[Item]:
        return [
            Item(order_of(call.asked, each, desk.name, batch=batch_id), each.text, call.visit.charge(each.charged))
            for each in wanted.items
        ]

    def _check(self, desk: Desk, wanted: BatchWanted, call: Call) -> None:
        """What cannot be spoken is refused before anything is promised, with its place among the texts."""
        for number, each in enumerate(wanted.items):
            order = order_of(call.asked, each, desk.name)
            try:
                check(order, each.text, self.jobs.synth.catalog, self.jobs.limits)
            except SpeechError as error:
                raise type(error)(f"texts[{number}]: {error.message}") from error
        if sum(len(each.text) for each in wanted.items) > self.jobs.limits.max_text:
            raise InvalidSetting(f"the texts of a batch have at most {self.jobs.limits.max_text} characters together")

    async def _show(self, desk: Desk, batch: BatchDesk, call: Call) -> web.StreamResponse:
        try:
            found, jobs = await self.batches.find_anyones(batch.id_of(call.asked), desk.name)
        except UNANSWERED as error:
            raise JobsUnavailable("jobs cannot be looked up at the moment; try again") from error
        return await self._tell(batch, found, jobs, call)

    async def _tell(self, batch: BatchDesk, found: Batch, jobs: list[Job], call: Call) -> web.StreamResponse:
        views = tuple([await viewed(self.jobs, job, call) for job in jobs])
        told = batch.tell(BatchView(found.id, found.total, found.remaining, found.completed, views))
        return reply(told.body, told.status, dict(told.headers))

    async def _lead(self, desk: Desk, id_of: Callable[[Request], str], call: Call) -> web.StreamResponse:
        return await lead_to_audio(self.jobs, await self.jobs.find_anyones(id_of(call.asked), desk.name))
