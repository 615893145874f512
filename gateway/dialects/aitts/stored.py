"""`/storage/items`: what is kept, in the words of the vendor's `/jobs`, which its documents stop at."""

from dataclasses import replace
from typing import Any

import msgspec

from gateway.core.shelf import facts
from gateway.dialects.aitts.dialogue import beginning_as_lines
from gateway.dialects.aitts.envelope import BASE, moment
from gateway.dialects.aitts.replies import STATES, Status
from gateway.dialects.shelf import Asking, Said, items
from gateway.dialects.shelf.bodies import ItemQuery


class StoredItem(msgspec.Struct, frozen=True):
    """text_preview: the beginning of its text; a dialogue's as its speakers' lines."""

    job_id: str
    status: Status
    title: str
    tags: tuple[str, ...]
    collection_id: str | None
    voice_id: str
    output_format: str
    text_preview: str
    size_bytes: int | None
    duration_seconds: float | None
    audio_endpoint: str | None
    created_at: str
    completed_at: str | None


class StoredPage(msgspec.Struct, frozen=True):
    items: tuple[StoredItem, ...]
    next_cursor: str | None
    has_more: bool


class StoredQuery(ItemQuery, frozen=True):
    """cursor: the page before's next_cursor."""

    cursor: str = ""


def _parse(asking: Asking) -> Any:
    query: StoredQuery = asking.query
    return items.LIST.parse(replace(asking, query=msgspec.structs.replace(query, after=query.cursor or query.after)))


def _tell(page: facts.Items, _asking: Asking) -> Said:
    return Said(StoredPage(tuple(map(_stored, page.items)), page.next or None, bool(page.next)))


def _stored(item: facts.Item) -> StoredItem:
    audio, finished = item.audio, item.finished_at
    return StoredItem(
        job_id=item.job_id,
        status=STATES[item.state],
        title=item.title,
        tags=item.tags,
        collection_id=item.collection_id,
        voice_id=item.voice,
        output_format=item.encoding,
        text_preview=beginning_as_lines(item.begins, item.voice),
        size_bytes=audio.size if audio else None,
        duration_seconds=round(audio.seconds, 3) if audio else None,
        audio_endpoint=f"{BASE}/tts/{item.job_id}/audio" if audio else None,
        created_at=moment(item.created_at),
        completed_at=None if finished is None else moment(finished),
    )


LIST = replace(
    items.LIST,
    parse=_parse,
    tell=_tell,
    shape=replace(items.LIST.shape, query=StoredQuery, replies={200: StoredPage}),
)
