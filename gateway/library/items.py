"""Items as rows: jobs, with what their owners say about them. Every look-up is of one owner's; raises UnknownJob."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, String, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Holding, Item, Items, Kept, Summary
from gateway.core.shelf.item_orders import ListItems, Sort
from gateway.database.tables import jobs, notes, tags
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, UnknownJob
from gateway.library.paging import Mark, decode_mark, encode_mark, page_size
from gateway.library.wording import MAX_TITLE, is_name

BEGINS = 200  # characters of a text that a list shows
SEARCHED = 1000  # characters of a text that are searched: a book is not read to find a word
SUFFIX = 6  # characters at the end of a path in which there is a dot and what stands behind it

TITLE = func.coalesce(notes.c.title, "")
KEYS: Mapping[str, tuple[Callable[[Item], float | str], ColumnElement[Any], type[float] | type[str]]] = {
    "created_at": (lambda item: item.created_at, jobs.c.created_at, float),
    "bytes": (lambda item: item.audio.size if item.audio else 0.0, jobs.c.audio_bytes, float),
    "seconds": (lambda item: item.audio.seconds if item.audio else 0.0, jobs.c.audio_seconds, float),
    "title": (lambda item: item.title, TITLE, str),
}
SHOWN = (
    jobs.c.id,
    jobs.c.state,
    jobs.c.request,
    jobs.c.characters,
    jobs.c.created_at,
    jobs.c.finished_at,
    jobs.c.audio_path,
    jobs.c.audio_bytes,
    jobs.c.audio_seconds,
    func.substr(jobs.c.text, 1, BEGINS).label("begins"),
    TITLE.label("title"),
    notes.c.collection_id,
)
WITH_NOTES = jobs.outerjoin(notes, notes.c.job_id == jobs.c.id)


class Output(msgspec.Struct, frozen=True):
    encoding: str


class Asked(msgspec.Struct, frozen=True):
    """What of a job's request is shown."""

    output: Output
    voice: str = ""


ASKED = msgspec.json.Decoder(Asked)


class ItemRecords:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    async def summarise(self, owner: str) -> Summary:
        """Of what has audio. No row is read: the index has all of it."""
        suffix = func.substr(jobs.c.audio_path, func.length(jobs.c.audio_path) - SUFFIX + 1).label("suffix")
        sums = func.count(), func.sum(jobs.c.audio_bytes), func.sum(jobs.c.audio_seconds)
        kept = select(suffix, *sums).where(jobs.c.owner == owner, jobs.c.audio_path.is_not(None)).group_by(suffix)
        async with self._writing.engine.connect() as connection:
            found = (await connection.execute(kept)).all()
        held = [Holding(row[0].rpartition(".")[2], row[1], int(row[2]), float(row[3])) for row in found]
        return Summary(_together(held), tuple(sorted(held, key=lambda holding: holding.format)))

    async def list(self, owner: str, wanted: ListItems) -> Items:
        """Of what has audio."""
        limit = page_size(wanted.limit)
        ordered, key, kind = _order(wanted.sort)
        which = [jobs.c.owner == owner, jobs.c.audio_path.is_not(None), *_narrowed(wanted)]
        if wanted.after:
            mark = decode_mark(wanted.after, kind)
            here, there = tuple_(key, jobs.c.id), tuple_(literal(mark.value), literal(mark.id, String))
            which.append(here < there if wanted.sort.startswith("-") else here > there)
        query = select(*SHOWN).select_from(WITH_NOTES).where(*which).order_by(*ordered).limit(limit + 1)
        async with self._writing.engine.connect() as connection:
            found = await _items(connection, (await connection.execute(query)).all())
        return Items(tuple(found[:limit]), _next(found, limit, wanted.sort))

    async def find(self, owner: str, job_id: str) -> Item:
        """Any job."""
        async with self._writing.engine.connect() as connection:
            return await find_item(connection, owner, job_id)


async def find_item(connection: AsyncConnection, owner: str, job_id: str) -> Item:
    if not is_name(job_id):
        raise UnknownJob("there is no such job")
    query = select(*SHOWN).select_from(WITH_NOTES).where(jobs.c.id == job_id, jobs.c.owner == owner)
    found = await _items(connection, (await connection.execute(query)).all())
    if not found:
        raise UnknownJob("there is no such job")
    return found[0]


def _order(sort: Sort) -> tuple[list[Any], ColumnElement[Any], type[float] | type[str]]:
    _, key, kind = KEYS[sort.removeprefix("-")]
    both = key, jobs.c.id
    return [each.desc() if sort.startswith("-") else each.asc() for each in both], key, kind


def _next(found: Sequence[Item], limit: int, sort: Sort) -> str:
    if len(found) <= limit:
        return ""
    last = found[limit - 1]
    return encode_mark(Mark(KEYS[sort.removeprefix("-")][0](last), last.job_id))


def _narrowed(wanted: ListItems) -> list[ColumnElement[bool]]:
    if len(wanted.text) > MAX_TITLE or any("\0" in each for each in (wanted.text, wanted.tag, wanted.collection_id)):
        raise InvalidSetting(f"what is searched has at most {MAX_TITLE} characters, none of them NUL")
    which: list[ColumnElement[bool]] = []
    if wanted.tag:
        which.append(exists().where(tags.c.job_id == jobs.c.id, tags.c.tag == wanted.tag))
    if wanted.collection_id:
        which.append(notes.c.collection_id == wanted.collection_id)
    if wanted.text:
        begins = func.substr(jobs.c.text, 1, SEARCHED)
        which.append(or_(*(each.icontains(wanted.text, autoescape=True) for each in (TITLE, begins))))
    if wanted.created_after is not None:
        which.append(jobs.c.created_at >= wanted.created_after)
    if wanted.created_before is not None:
        which.append(jobs.c.created_at < wanted.created_before)
    return which


async def _items(connection: AsyncConnection, rows: Sequence[Any]) -> list[Item]:
    ids = [row.id for row in rows]
    found = await connection.execute(select(tags).where(and_(tags.c.job_id.in_(ids))).order_by(tags.c.tag))
    tagged: dict[str, list[str]] = {}
    for tag in found:
        tagged.setdefault(tag.job_id, []).append(tag.tag)
    return [_item(row, tuple(tagged.get(row.id, ()))) for row in rows]


def _item(row: Any, its_tags: tuple[str, ...]) -> Item:
    asked = ASKED.decode(row.request)
    return Item(
        row.id,
        row.state,
        row.title,
        its_tags,
        row.collection_id,
        asked.voice,
        asked.output.encoding,
        row.characters,
        row.begins,
        row.created_at,
        row.finished_at,
        Kept(row.audio_path, row.audio_bytes, row.audio_seconds) if row.audio_path else None,
    )


def _together(held: Sequence[Holding]) -> Holding:
    return Holding("", sum(h.items for h in held), sum(h.size for h in held), sum(h.seconds for h in held))
