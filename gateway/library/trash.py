"""Jobs that are deleted, and their audio: rows go first, and in the same transaction their folders are noted, so that
whatever dies in between, what is left in the store is known and taken away later. No row is ever without its audio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Done
from gateway.core.shelf.item_orders import DeleteItems
from gateway.database.tables import idempotency_keys, jobs, trash
from gateway.database.writing import Writing
from gateway.library.store import FAILURES, AudioStore
from gateway.library.wording import is_name, named

AT_ONCE = 8  # folders that are being deleted; in a bucket each is two requests
JOBS = "jobs"  # the folder in the store that has one for each


Cancel = Callable[[AsyncConnection, ColumnElement[bool], float], Awaitable[None]]


async def leave(_connection: AsyncConnection, _which: ColumnElement[bool], _now: float) -> None:
    """Nothing is owed for a job that is deleted before its end."""


class Trash:
    """cancel: ends those of the jobs that have not ended, with all that belongs to an end (what was paid, ...)."""

    def __init__(self, writing: Writing, store: AudioStore, cancel: Cancel = leave) -> None:
        self._writing = writing
        self._store = store
        self._cancel = cancel

    async def delete(self, owner: str, wanted: DeleteItems, now: float) -> Done:
        """Whatever their state: who is speaking one finds that it is not his any more, and leaves nothing behind."""
        ids = named(wanted.job_ids)
        async with self._writing.begin() as connection:
            which = and_(jobs.c.owner == owner, jobs.c.id.in_(list(filter(is_name, ids))))
            await self._cancel(connection, which, now)
            gone = set(await throw_away(connection, which, now))
        done = tuple(each for each in ids if each in gone)
        await self.empty([folder_of(each) for each in done])
        return Done(done, tuple(each for each in ids if each not in gone))

    async def filled(self, most: int) -> list[str]:
        """Folders that are left from before."""
        async with self._writing.engine.connect() as connection:
            return list(await connection.scalars(select(trash.c.path).order_by(trash.c.since).limit(most)))

    async def empty(self, folders: Sequence[str]) -> int:
        """How many are gone for good. Where the store does not answer they stay noted."""
        at_once = asyncio.Semaphore(AT_ONCE)
        removed = await asyncio.gather(*(self._remove(folder, at_once) for folder in folders))
        gone = [folder for folder, is_gone in zip(folders, removed, strict=True) if is_gone]
        if gone:
            async with self._writing.begin() as connection:
                await connection.execute(delete(trash).where(trash.c.path.in_(gone)))
        return len(gone)

    async def _remove(self, folder: str, at_once: asyncio.Semaphore) -> bool:
        try:
            async with at_once:
                await self._store.delete(folder)
        except FAILURES:
            return False
        return True


def folder_of(job_id: str) -> str:
    return f"{JOBS}/{job_id}"


async def throw_away(connection: AsyncConnection, which: ColumnElement[bool], now: float) -> list[str]:
    """Deletes the jobs, with all that is said about them, and notes what they leave in the store. Returns their ids."""
    gone = list(await connection.scalars(delete(jobs).where(which).returning(jobs.c.id)))
    if gone:
        await connection.execute(delete(idempotency_keys).where(idempotency_keys.c.job_id.in_(gone)))
        await connection.execute(insert(trash), [{"path": folder_of(job_id), "since": now} for job_id in gone])
    return gone
