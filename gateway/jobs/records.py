"""Jobs as rows: what their owners ask for and see. What runs them is in leases.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, tuple_

from gateway.database.charging import Charge, free
from gateway.database.tables import idempotency_keys, jobs
from gateway.database.writing import Writing
from gateway.errors import IdempotencyKeyReuse, RequestInProgress, UnknownJob
from gateway.jobs.ending import CANCELLED, Announce, end, silent
from gateway.jobs.job import Idempotency, Job, JobRequest, State, digest_of
from gateway.jobs.rows import NUL, SHOWN, job_of, new_job, row_of
from gateway.library.trash import throw_away

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Submitted:
    """repeated: the job is that of an earlier request with the same idempotency key."""

    job: Job
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """next: what to ask the next page with; empty: there is none."""

    jobs: list[Job]
    next: str


class Records:
    """Every look-up is of one owner's jobs. Raises UnknownJob for those of others too."""

    def __init__(self, writing: Writing, clock: Callable[[], float], announce: Announce = silent) -> None:
        self._writing = writing
        self._clock = clock
        self._announce = announce
        self._under_way: set[tuple[str, str]] = set()

    async def submit(
        self,
        owner: str,
        request: JobRequest,
        text: str,
        idempotency: Idempotency | None = None,
        charge: Charge = free,
    ) -> Submitted:
        """The job is there when this returns, and only then.

        charge: what it costs, taken in the same transaction; what it raises is raised, and there is no job.
        IdempotencyKeyReuse: the key came with another request. RequestInProgress: it is being handled at this moment.
        """
        if idempotency is None:
            return Submitted(await self._insert(owner, request, text, None, charge))
        place = owner, idempotency.key
        if place in self._under_way:
            raise RequestInProgress("a request with this idempotency key is being handled")
        self._under_way.add(place)
        try:
            return await self._submit_once(owner, request, text, idempotency, charge)
        finally:
            self._under_way.discard(place)

    async def find(self, owner: str, job_id: str) -> Job:
        async with self._writing.engine.connect() as connection:
            found = await connection.execute(select(*SHOWN).where(_own(owner, job_id)))
            return job_of(_known(found.first()))

    async def find_anyones(self, job_id: str, delivery: str) -> Job:
        """For a protocol that takes a job's id, which nobody guesses, for the right to ask about it; of its own jobs
        alone, since others may tell their ids to anybody.
        """
        which = and_(_named(job_id), jobs.c.delivery == delivery)
        async with self._writing.engine.connect() as connection:
            found = await connection.execute(select(*SHOWN).where(which))
            return job_of(_known(found.first()))

    async def text(self, owner: str, job_id: str) -> str:
        async with self._writing.engine.connect() as connection:
            found = await connection.execute(select(jobs.c.text).where(_own(owner, job_id)))
            return str(_known(found.first()).text)

    async def list(self, owner: str, *, states: Sequence[State] = (), limit: int = 20, after: str = "") -> Page:
        """Newest first. states: any of these, all if there are none; after: a page's `next`."""
        limit = max(1, min(limit, MAX_PAGE))
        which = [jobs.c.owner == owner]
        if states:
            which.append(jobs.c.state.in_(states))
        if after:
            last = await self.find(owner, after)
            which.append(tuple_(jobs.c.created_at, jobs.c.id) < tuple_(last.created_at, last.id))
        newest_first = jobs.c.created_at.desc(), jobs.c.id.desc()
        async with self._writing.engine.connect() as connection:
            found = await connection.execute(select(*SHOWN).where(*which).order_by(*newest_first).limit(limit + 1))
            page = [job_of(row) for row in found]
        return Page(page[:limit], page[limit - 1].id if len(page) > limit else "")

    async def waiting(self) -> int:
        """How many nobody speaks yet."""
        queued = select(func.count()).select_from(jobs).where(jobs.c.due_at.is_not(None), jobs.c.lease.is_(None))
        async with self._writing.engine.connect() as connection:
            return int((await connection.execute(queued)).scalar_one())

    async def cancel(self, owner: str, job_id: str) -> Job:
        """As it is now: cancelled, unless it had ended before."""
        async with self._writing.begin() as connection:
            await end(connection, _own(owner, job_id), CANCELLED, self._clock(), self._announce)
        return await self.find(owner, job_id)

    async def remove(self, owner: str, job_id: str) -> None:
        """Forgets a job that has ended, and that its idempotency key was used; the sweep sees to its folder."""
        async with self._writing.begin() as connection:
            await throw_away(connection, and_(_own(owner, job_id), jobs.c.due_at.is_(None)), self._clock())

    async def _submit_once(
        self, owner: str, request: JobRequest, text: str, idempotency: Idempotency, charge: Charge
    ) -> Submitted:
        digest = idempotency.digest or digest_of(request, text)
        job = await self._insert(owner, request, text, (idempotency.key, digest), charge)
        if job is not None:
            return Submitted(job)
        earlier = await self._earlier(owner, idempotency.key)
        if earlier.digest != digest:
            raise IdempotencyKeyReuse("this idempotency key came with another request")
        return Submitted(await self.find(owner, earlier.job_id), repeated=True)

    async def _insert(
        self, owner: str, request: JobRequest, text: str, key: tuple[str, str] | None, charge: Charge
    ) -> Any:
        """None: the idempotency key was there before. Key and job are one transaction, so no crash parts them."""
        job = new_job(owner, request, len(text), self._clock())
        async with self._writing.begin() as connection:
            if key is not None:
                row = {"owner": owner, "key": key[0], "digest": key[1], "job_id": job.id, "created_at": job.created_at}
                made = await connection.execute(self._writing.insert_new(idempotency_keys, **row))
                if not made.rowcount:
                    return None
            charged = await charge(connection)
            await connection.execute(insert(jobs).values(row_of(job, text, charged)))
        return job

    async def _earlier(self, owner: str, key: str) -> Row[Any]:
        which = and_(idempotency_keys.c.owner == owner, idempotency_keys.c.key == key)
        async with self._writing.engine.connect() as connection:
            found = (await connection.execute(select(idempotency_keys).where(which))).first()
        if found is None:  # it was forgotten in between
            raise RequestInProgress("a request with this idempotency key is being handled")
        return found


def _own(owner: str, job_id: str) -> ColumnElement[bool]:
    return and_(_named(job_id), jobs.c.owner == owner)


def _named(job_id: str) -> ColumnElement[bool]:
    """Raises UnknownJob: PostgreSQL cannot even be asked."""
    if NUL in job_id:
        raise UnknownJob("there is no such job")
    return jobs.c.id == job_id


def _known(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise UnknownJob("there is no such job")
    return row
