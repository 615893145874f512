"""The row that an owner's words about a job stand in, made when it is first needed."""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.engine import is_sqlite
from gateway.database.tables import collections, jobs, notes
from gateway.database.writing import Writing
from gateway.errors import UnknownCollection, UnknownJob
from gateway.library.wording import is_name


async def note(
    writing: Writing, connection: AsyncConnection, owner: str, ids: tuple[str, ...], said: dict[str, Any]
) -> set[str]:
    """Says it of those of the jobs that are the owner's, which stay locked. Returns them."""
    columns = {"title": "", **said}
    dialect = sqlite if is_sqlite(writing.engine) else postgresql
    whose = and_(jobs.c.owner == owner, jobs.c.id.in_(list(filter(is_name, ids))))
    rows = select(jobs.c.id, *(_value(name, columns[name]) for name in columns)).where(whose).order_by(jobs.c.id)
    insert = dialect.insert(notes).from_select(["job_id", *columns], rows)
    changed = said or {"title": notes.c.title}  # a change that is none, for the lock
    upsert = insert.on_conflict_do_update(index_elements=[notes.c.job_id], set_=changed)
    try:
        return set(await connection.scalars(upsert.returning(notes.c.job_id)))
    except IntegrityError as error:
        if said.get("collection_id"):
            raise UnknownCollection("there is no such collection") from error
        raise UnknownJob("there is no such job") from error  # it was deleted at this moment


def _value(name: str, value: str | None) -> Any:
    return literal(value, notes.c[name].type).label(name)


def own_collection(owner: str, collection_id: str) -> ColumnElement[bool]:
    if not is_name(collection_id):
        raise UnknownCollection("there is no such collection")
    return and_(collections.c.id == collection_id, collections.c.owner == owner)


async def check_collection(connection: AsyncConnection, owner: str, collection_id: str) -> None:
    """Somebody else's is refused here, one that is none by the database."""
    if not (await connection.execute(select(collections.c.id).where(own_collection(owner, collection_id)))).first():
        raise UnknownCollection("there is no such collection")
