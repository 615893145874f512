"""What a job's end is to webhooks: written with the end, so that neither is without the other.

Its owner's webhook hears of it in AI TTS Microservice's form, whose signature our webhooks have too. A job's own
`webhook_url` is called instead, in its vendor's form if it has one. The jobs of a batch are told of together, once.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.dialects.desk.views import Outcome
from gateway.dialects.desk.wanted import Note
from gateway.dialects.paths import DESKS
from gateway.jobs.batches import Batch, count_down
from gateway.jobs.ending import Ended
from gateway.jobs.job import State
from gateway.ordering import note_of
from gateway.webhooks.outbox import News, enqueue

EVENTS = {State.COMPLETED: "job.completed", State.FAILED: "job.failed"}  # who cancels a job knows
ENDPOINT = "/v1/jobs/{job_id}/audio"
ENDPOINTS = {desk.name: desk.audio_endpoint for desk in DESKS}
WRITERS = {desk.name: desk.news for desk in DESKS if desk.news is not None}


async def announce(connection: AsyncConnection, ended: Ended) -> None:
    note = note_of(ended.request)
    if note.batch:
        completed = ended.how.state is State.COMPLETED
        finished = await count_down(connection, note.batch, ended.at, completed=completed)
        news = None if finished is None else _of_batch(finished, ended.at)
    else:
        news = _of_job(ended, note)
    if news is not None:
        await enqueue(connection, news, ended.at)


def body_of(event: str, ended: Ended) -> dict[str, Any]:
    note = note_of(ended.request)
    characters = ended.characters if note.characters is None else note.characters
    charged = characters if ended.how.state is State.COMPLETED else 0
    data: dict[str, Any] = {"job_id": ended.id, "status": ended.how.state, "chars_charged": charged}
    if ended.how.audio is not None:
        data["audio_endpoint"] = ENDPOINTS.get(ended.request.delivery, ENDPOINT).format(job_id=ended.id)
    if ended.how.error is not None:
        data["error"] = {"code": ended.how.error.code, "message": ended.how.error.message}
    if note.metadata is not None:
        data["metadata"] = note.metadata
    return {"event": event, "created_at": datetime.fromtimestamp(ended.at, UTC).isoformat(), "data": data}


def _of_job(ended: Ended, note: Note) -> News | None:
    event, write = EVENTS.get(ended.how.state), WRITERS.get(ended.request.delivery)
    if event is None:
        return None
    if write is None or not note.webhook_url:
        return News(ended.owner, event, body_of(event, ended), note.webhook_url)
    error = ended.how.error.message if ended.how.error is not None else ""
    event, body = write(Outcome(ended.id, note.credits, note.origin, ended.created_at, ended.at, error))
    return News(ended.owner, event, body, note.webhook_url, unsigned=True)


def _of_batch(batch: Batch, now: float) -> News | None:
    """Only where it asked for it: its jobs would have been told of one by one."""
    note, write = msgspec.convert(batch.extra, Note), WRITERS.get(batch.delivery)
    if write is None or not note.webhook_url:
        return None
    ended = Outcome(batch.id, note.credits, note.origin, batch.created_at, now, "", batch.total, batch.completed)
    event, body = write(ended)
    return News(batch.owner, event, body, note.webhook_url, unsigned=True)
