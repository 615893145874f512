"""What owners say about their jobs: titles, tags, and which collection each is in.

An order is one transaction, whose first statement locks what it is about, so that those of one moment come one
after the other.
"""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Item, Tag, Tags
from gateway.core.shelf.item_orders import EditItem
from gateway.core.shelf.keep import Keep
from gateway.database.tables import jobs, tags
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, UnknownJob
from gateway.library.items import find_item
from gateway.library.noting import check_collection, note, own_collection
from gateway.library.wording import MAX_TAGS, tags_of, title_of


class Editing:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    async def edit(self, owner: str, wanted: EditItem) -> Item:
        """UnknownJob, UnknownCollection; InvalidSetting: not a title, not a tag, too many of them."""
        said: dict[str, Any] = {}
        if not isinstance(wanted.title, Keep):
            said["title"] = title_of(wanted.title)
        if not isinstance(wanted.collection_id, Keep):
            said["collection_id"] = wanted.collection_id or None
        if collection_id := said.get("collection_id"):
            own_collection(owner, collection_id)
        whole = None if isinstance(wanted.tags, Keep) else tags_of(wanted.tags)
        more, less = tags_of(wanted.add_tags), tags_of(wanted.remove_tags)
        async with self._writing.begin() as connection:
            if wanted.job_id not in await note(self._writing, connection, owner, (wanted.job_id,), said):
                raise UnknownJob("there is no such job")
            if collection_id:
                await check_collection(connection, owner, collection_id)
            if whole is not None:
                await connection.execute(delete(tags).where(tags.c.job_id == wanted.job_id, tags.c.tag.not_in(whole)))
            await self._tag(connection, wanted.job_id, (*(whole or ()), *more), less)
            return await find_item(connection, owner, wanted.job_id)

    async def tags(self, owner: str) -> Tags:
        """With how many jobs have each."""
        of_owner = select(tags.c.tag, func.count()).join_from(tags, jobs, tags.c.job_id == jobs.c.id)
        counted = of_owner.where(jobs.c.owner == owner).group_by(tags.c.tag).order_by(tags.c.tag)
        async with self._writing.engine.connect() as connection:
            return Tags(tuple(Tag(row[0], row[1]) for row in await connection.execute(counted)))

    async def _tag(
        self, connection: AsyncConnection, job_id: str, more: tuple[str, ...], less: tuple[str, ...]
    ) -> None:
        for tag in dict.fromkeys(more):
            await connection.execute(self._writing.insert_new(tags, job_id=job_id, tag=tag))
        if less:
            await connection.execute(delete(tags).where(tags.c.job_id == job_id, tags.c.tag.in_(less)))
        counted = await connection.scalar(select(func.count()).where(tags.c.job_id == job_id))
        if counted is not None and counted > MAX_TAGS:
            raise InvalidSetting(f"an item has at most {MAX_TAGS} tags")
