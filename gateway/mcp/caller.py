"""Who calls a tool, and what serves him: all that a tool is given beside its arguments."""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gateway.accounts.rates import Window
from gateway.accounts.tokens import TokenStore
from gateway.dialects.desk.views import Month, View
from gateway.dialects.surface import Request
from gateway.door import Visit
from gateway.errors import KeysUnavailable, LimitsUnavailable
from gateway.jobs.job import Job
from gateway.jobs.jobs import Jobs
from gateway.library.library import Library
from gateway.ordering import view_of

STREAM_LIFE = 600.0  # seconds for which a stream may be begun
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
        plan, spent = await self.visit.door.allowance.month(self.visit.identity)
        return Month(spent.characters, plan.monthly_characters, spent.audio_ms / 60_000, plan.monthly_minutes)

    async def month_after(self, before: Month) -> Month:
        """For an answer to what was promised, which nothing takes back: where it cannot be told, what it was before."""
        with suppress(LimitsUnavailable):
            return await self.month()
        return before

    async def keyless(self, path: str) -> str:
        """The URL of a path of ours, with the right to use it once, and no other; empty where no right can be kept."""
        key_id = self.visit.identity.key_id
        url = self.absolute(path)
        if key_id is None:
            return url
        with suppress(KeysUnavailable):
            return f"{url}?token={await self.tokens.issue(key_id, STREAM_LIFE, path=path)}"
        return ""

    def absolute(self, link: str) -> str:
        return f"{self.origin}{link}" if link.startswith("/") else link
