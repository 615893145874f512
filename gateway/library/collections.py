"""Collections as rows: an item is in one at most."""

import time
from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Collection, Collections, Done
from gateway.core.shelf.item_orders import Collect
from gateway.database.tables import collections, jobs, notes
from gateway.database.writing import Writing
from gateway.errors import NameTaken, TooManyKept, UnknownCollection
from gateway.library.noting import check_collection, note, own_collection
from gateway.library.wording import is_name, name_of, named

MAX_COLLECTIONS = 1000  # of an owner


class CollectionRecords:
    def __init__(self, writing: Writing, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._clock = clock

    async def list(self, owner: str) -> Collections:
        """By their names."""
        async with self._writing.engine.connect() as connection:
            return Collections(tuple(await _collections(connection, collections.c.owner == owner)))

    async def make(self, owner: str, name: str) -> Collection:
        """One that has the name already is what comes of it, so that asking again changes nothing."""
        name = name_of(name)
        row = {"id": str(uuid4()), "owner": owner, "name": name, "created_at": self._clock()}
        async with self._writing.begin() as connection:
            made = await connection.execute(self._writing.insert_new(collections, **row))
            if made.rowcount and await _count(connection, owner) > MAX_COLLECTIONS:
                raise TooManyKept(f"at most {MAX_COLLECTIONS} collections")
            mine = and_(collections.c.owner == owner, collections.c.name == name)
            return (await _collections(connection, mine))[0]

    async def rename(self, owner: str, collection_id: str, name: str) -> Collection:
        which, name = own_collection(owner, collection_id), name_of(name)
        try:
            async with self._writing.begin() as connection:
                await connection.execute(update(collections).where(which).values(name=name))
                return _known(await _collections(connection, which))
        except IntegrityError as error:
            raise NameTaken("another collection has this name") from error

    async def delete(self, owner: str, collection_id: str) -> Done:
        async with self._writing.begin() as connection:
            gone = (await connection.execute(delete(collections).where(own_collection(owner, collection_id)))).rowcount
        return Done((collection_id,), ()) if gone else Done((), (collection_id,))

    async def collect(self, owner: str, wanted: Collect) -> Done:
        """Which of the jobs are in it now, or are not any more."""
        add, remove = named(wanted.add), named(wanted.remove)
        own_collection(owner, wanted.collection_id)
        async with self._writing.begin() as connection:
            noted = await note(self._writing, connection, owner, add, {"collection_id": wanted.collection_id})
            out = notes.c.job_id.in_(list(filter(is_name, remove))), notes.c.collection_id == wanted.collection_id
            mine = select(jobs.c.id).where(jobs.c.owner == owner)
            taken = update(notes).where(*out, notes.c.job_id.in_(mine)).values(collection_id=None)
            noted |= set(await connection.scalars(taken.returning(notes.c.job_id)))
            await check_collection(connection, owner, wanted.collection_id)
        both = dict.fromkeys((*add, *remove))
        return Done(tuple(each for each in both if each in noted), tuple(each for each in both if each not in noted))


async def _collections(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Collection]:
    counted = func.count(notes.c.job_id).label("items")
    shown = collections.c.id, collections.c.name, counted, collections.c.created_at
    rows = collections.outerjoin(notes, notes.c.collection_id == collections.c.id)
    query = select(*shown).select_from(rows).where(which).group_by(collections.c.id).order_by(collections.c.name)
    return [Collection(*row) for row in await connection.execute(query)]


async def _count(connection: AsyncConnection, owner: str) -> int:
    return await connection.scalar(select(func.count()).where(collections.c.owner == owner)) or 0


def _known(found: list[Collection]) -> Collection:
    if not found:
        raise UnknownCollection("there is no such collection")
    return found[0]
