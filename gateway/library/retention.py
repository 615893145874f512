"""What is too old to be kept, in batches: a sweep that is killed has done some of its batches and none by half."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_

from gateway.database.tables import idempotency_keys, jobs, shares, webhook_deliveries
from gateway.database.writing import Writing
from gateway.library.shares import ended_by
from gateway.library.trash import throw_away

BATCH = 200  # rows: some milliseconds in which others wait


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many seconds; 0: for ever. audio: jobs with audio, from their end on; failed: jobs that ended without,
    and shares that were revoked or have expired.
    """

    audio: float = 0.0
    failed: float = 0.0
    deliveries: float = 0.0
    idempotency_keys: float = 0.0


Clear = Callable[[float], Awaitable[int]]


class Retention:
    def __init__(self, writing: Writing, keeping: Keeping, batch: int = BATCH) -> None:
        self._writing = writing
        self._keeping = keeping
        self._batch = batch

    def rules(self) -> Iterable[tuple[str, Clear]]:
        """What there is to clear. Each takes away the oldest that are too old at a time, a batch of them, and says how
        many they were.
        """
        rules = [
            ("jobs", self._keeping.audio, self._clear_audio),
            ("failed_jobs", self._keeping.failed, self._clear_failed),
            ("shares", self._keeping.failed, self._clear_shares),
            ("webhook_deliveries", self._keeping.deliveries, self._clear_deliveries),
            ("idempotency_keys", self._keeping.idempotency_keys, self._clear_keys),
        ]
        return [(name, clear) for name, seconds, clear in rules if seconds]

    async def _clear_audio(self, now: float) -> int:
        return await self._clear_jobs(jobs.c.audio_path.is_not(None), now - self._keeping.audio, now)

    async def _clear_failed(self, now: float) -> int:
        return await self._clear_jobs(jobs.c.audio_path.is_(None), now - self._keeping.failed, now)

    async def _clear_jobs(self, which: ColumnElement[bool], before: float, now: float) -> int:
        ended = jobs.c.due_at.is_(None), jobs.c.finished_at < before, which
        oldest = select(jobs.c.id).where(*ended).order_by(jobs.c.finished_at).limit(self._batch)
        async with self._writing.begin() as connection:
            return len(await throw_away(connection, jobs.c.id.in_(oldest.scalar_subquery()), now))

    async def _clear_shares(self, now: float) -> int:
        ended = select(shares.c.code).where(ended_by(now - self._keeping.failed))
        oldest = ended.order_by(shares.c.created_at).limit(self._batch)
        return await self._delete(delete(shares).where(shares.c.code.in_(oldest.scalar_subquery())))

    async def _clear_deliveries(self, now: float) -> int:
        told = webhook_deliveries.c
        ended = told.due_at.is_(None), told.created_at < now - self._keeping.deliveries
        oldest = select(told.id).where(*ended).order_by(told.created_at).limit(self._batch)
        return await self._delete(delete(webhook_deliveries).where(told.id.in_(oldest.scalar_subquery())))

    async def _clear_keys(self, now: float) -> int:
        keys = idempotency_keys.c
        old = select(keys.owner, keys.key).where(keys.created_at < now - self._keeping.idempotency_keys)
        oldest = old.order_by(keys.created_at).limit(self._batch)
        return await self._delete(delete(idempotency_keys).where(tuple_(keys.owner, keys.key).in_(oldest)))

    async def _delete(self, statement: Any) -> int:
        async with self._writing.begin() as connection:
            return int((await connection.execute(statement)).rowcount)
