"""Texts that were sent together: their jobs are made in one transaction, and whichever ends last ends the batch.

A batch counts how many of its jobs have not ended. Each job takes one off in the transaction of its own end, so of
those that end at the same moment one finds that nothing is left, whoever ends them and whatever dies.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.charging import Charge
from gateway.database.tables import batch_items, batches, idempotency_keys, jobs
from gateway.database.writing import Writing
from gateway.errors import IdempotencyKeyReuse, RequestInProgress, UnknownJob
from gateway.jobs.job import Idempotency, Job, JobRequest
from gateway.jobs.rows import NUL, SHOWN, job_of, new_job, row_of

KEPT = 30 * 24 * 3600.0  # seconds that a batch which has ended is remembered; its jobs are kept for themselves


@dataclass(frozen=True, slots=True)
class Item:
    """charge: what it costs, taken with the rest or not at all."""

    request: JobRequest
    text: str
    charge: Charge


@dataclass(frozen=True, slots=True)
class Batch:
    """remaining: of its jobs, those that have not ended; completed: those that have, with audio. extra: what its
    translator wants to find again, for JSON.
    """

    id: str
    owner: str
    delivery: str
    total: int
    remaining: int
    completed: int
    extra: dict[str, Any]
    created_at: float
    finished_at: float | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """repeated: the batch is that of an earlier request with the same idempotency key."""

    batch: Batch
    repeated: bool = False


COLUMNS = tuple(batches.c[name] for name in Batch.__slots__)


class Batches:
    def __init__(self, writing: Writing, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._clock = clock

    async def submit(
        self,
        owner: str,
        delivery: str,
        items: Callable[[str], Sequence[Item]],
        extra: dict[str, Any],
        idempotency: Idempotency | None = None,
    ) -> Sent:
        """All of its jobs are there when this returns, or none. items: of the batch's id. idempotency: with a digest.

        IdempotencyKeyReuse: the key came with another request.
        """
        now, batch_id = self._clock(), str(uuid4())
        made = items(batch_id)
        batch = Batch(batch_id, owner, delivery, len(made), len(made), 0, extra, now)
        async with self._writing.begin() as connection:
            if idempotency is not None and not await self._is_new(connection, batch, idempotency):
                return Sent(await _earlier(connection, batch, idempotency), repeated=True)
            await connection.execute(insert(batches).values(**_row_of(batch)))
            await connection.execute(delete(batches).where(batches.c.finished_at < now - KEPT))
            for number, item in enumerate(made):
                job = new_job(owner, item.request, len(item.text), now)
                charged = await item.charge(connection)
                await connection.execute(insert(jobs).values(row_of(job, item.text, charged)))
                await connection.execute(insert(batch_items).values(batch_id=batch_id, number=number, job_id=job.id))
        return Sent(batch)

    async def _is_new(self, connection: AsyncConnection, batch: Batch, idempotency: Idempotency) -> bool:
        """The key is kept where those of jobs are: what names a request names one of either."""
        named = {"key": idempotency.key, "digest": idempotency.digest}
        row = {**named, "owner": batch.owner, "job_id": batch.id, "created_at": batch.created_at}
        made = await connection.execute(self._writing.insert_new(idempotency_keys, **row))
        return bool(made.rowcount)

    async def find_anyones(self, batch_id: str, delivery: str) -> tuple[Batch, list[Job]]:
        """In the order in which its texts were sent, without those that their owner has removed. Raises UnknownJob."""
        if NUL in batch_id:
            raise UnknownJob("there is no such batch")
        async with self._writing.engine.connect() as connection:
            named = and_(batches.c.id == batch_id, batches.c.delivery == delivery)
            row = (await connection.execute(select(*COLUMNS).where(named))).first()
            if row is None:
                raise UnknownJob("there is no such batch")
            members = select(*SHOWN).join(batch_items, batch_items.c.job_id == jobs.c.id)
            found = members.where(batch_items.c.batch_id == batch_id).order_by(batch_items.c.number)
            return _batch_of(row), [job_of(each) for each in await connection.execute(found)]


async def _earlier(connection: AsyncConnection, batch: Batch, idempotency: Idempotency) -> Batch:
    """The batch that was sent with the same key."""
    which = and_(idempotency_keys.c.owner == batch.owner, idempotency_keys.c.key == idempotency.key)
    key = (await connection.execute(select(idempotency_keys).where(which))).first()
    if key is None:  # it was forgotten in between
        raise RequestInProgress("a request with this idempotency key is being handled")
    if key.digest != idempotency.digest:
        raise IdempotencyKeyReuse("this idempotency key came with another request")
    row = (await connection.execute(select(*COLUMNS).where(batches.c.id == key.job_id))).first()
    if row is None:
        raise UnknownJob("the batch of this idempotency key is not kept any more")
    return _batch_of(row)


async def count_down(connection: AsyncConnection, batch_id: str, now: float, *, completed: bool) -> Batch | None:
    """One of its jobs has ended, in this transaction. Returns the batch when that was the last one."""
    one_more = {"remaining": batches.c.remaining - 1, "completed": batches.c.completed + int(completed)}
    counted = update(batches).where(batches.c.id == batch_id).values(one_more).returning(*COLUMNS)
    row = (await connection.execute(counted)).first()
    if row is None or row.remaining:
        return None
    await connection.execute(update(batches).where(batches.c.id == batch_id).values(finished_at=now))
    return _batch_of(row)


def _row_of(batch: Batch) -> dict[str, Any]:
    row = {name: getattr(batch, name) for name in Batch.__slots__}
    return {**row, "extra": msgspec.json.encode(batch.extra).decode()}


def _batch_of(row: Any) -> Batch:
    return Batch(**{**row._mapping, "extra": msgspec.json.decode(row.extra)})  # noqa: SLF001 - SQLAlchemy's own way
