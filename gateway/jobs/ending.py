"""The one statement by which a job ends, so that it ends once whoever is first.

What must happen exactly once for a job that has ended (a webhook to be sent, usage to be counted) belongs into the
transaction of this statement: insert its row for every job that `end` returns.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.tables import jobs
from gateway.jobs.job import JobError, State, StoredAudio

MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class End:
    state: State
    audio: StoredAudio | None = None
    error: JobError | None = None


async def end(connection: AsyncConnection, which: ColumnElement[bool], how: End, now: float) -> list[Row[Any]]:
    """Those of the jobs that had not ended before, with their id, owner, delivery, request and attempts."""
    values: dict[str, Any] = {"state": how.state, "finished_at": now, "due_at": None, "lease": None}
    if how.audio is not None:
        values |= {
            "audio_path": how.audio.path,
            "audio_bytes": how.audio.size,
            "audio_seconds": how.audio.seconds,
            "spoken": jobs.c.characters,
        }
    if how.error is not None:
        values |= {"error_code": how.error.code, "error_message": how.error.message[:MAX_MESSAGE]}
    told = jobs.c.id, jobs.c.owner, jobs.c.delivery, jobs.c.request, jobs.c.attempts
    ended = await connection.execute(
        update(jobs).where(which, jobs.c.due_at.is_not(None)).values(values).returning(*told)
    )
    return list(ended)
