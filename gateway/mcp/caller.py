"""Who calls a tool, and what serves him: all that a tool is given beside its arguments."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gateway.accounts.rates import Window
from gateway.accounts.tokens import TokenStore
from gateway.dialects.desk.views import Month, View
from gateway.dialects.surface import Request
from gateway.door import Visit
from gateway.jobs.job import Job
from gateway.jobs.jobs import Jobs
from gateway.library.library import Library
from gateway.ordering import view_of
from gateway.promised import keyless, month_after, month_of

CALLER = "voxgate.caller"  # where the transport puts him in the request's scope
LOOK_EVERY = 0.5  # seconds between two reports of how far a job is

NOTHING: Mapping[str, str] = MappingProxyType({})

Report = Callable[[float, float], Awaitable[None]]


async def unreported(_done: float, _total: float) -> None:
    """Most callers do not ask how far it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """asked: how he came in, as dialects know it. origin: of our URLs. counted: hears of the rate's window.

    report: hears how many characters are spoken, and of how many.
    """

    visit: Visit
    asked: Request
    origin: str
    jobs: Jobs
    library: Library
    tokens: TokenStore
    counted: Callable[[Window], None]
    report: Report = field(default=unreported)

    @property
    def owner(self) -> str:
        return self.visit.account

    def asking(self, path: Mapping[str, str] = NOTHING, query: Mapping[str, str] = NOTHING) -> Request:
        """As if he had come in by another path, with this query; what is empty is not in it."""
        return replace(self.asked, path=path, query={name: value for name, value in query.items() if value})

    async def wait(self, job: Job, seconds: float) -> Job:
        """As it is when it has ended, or after so many seconds."""
        until = self.jobs.clock() + seconds
        while not job.state.ended and (left := until - self.jobs.clock()) > 0:
            job = await self.jobs.wait_for(job, min(left, LOOK_EVERY))
            await self.report(job.spoken, job.characters)
        return job

    async def view(self, job: Job, stream: str = "", *, promised: bool = False) -> View:
        """A job as dialects tell of it. promised: in the answer that promises it."""
        told, link = await self.jobs.linked(job, promised=promised)
        return view_of(told, link=self.absolute(link), link_until=time.time() + self.jobs.link_life, stream=stream)

    async def month(self) -> Month:
        return await month_of(self.visit)

    async def month_after(self, before: Month) -> Month:
        return await month_after(self.visit, before)

    async def keyless(self, path: str) -> str:
        return await keyless(self.tokens, self.visit, path, self.origin)

    def absolute(self, link: str) -> str:
        return f"{self.origin}{link}" if link.startswith("/") else link
