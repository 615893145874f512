"""A job as a row of the table, and back."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from gateway.database.charging import Charged
from gateway.database.tables import jobs
from gateway.jobs.job import Heard, Job, JobError, JobRequest, State, StoredAudio, decode_request, encode_request

NUL = "\0"  # PostgreSQL cannot store it, and nobody can hear it

# All but the text, which may be a book.
SHOWN = [column for column in jobs.c if column.name != "text"]


def job_of(row: Row[Any]) -> Job:
    """Of a row with all columns that are shown."""
    audio = StoredAudio(row.audio_path, row.audio_bytes, row.audio_seconds) if row.audio_path else None
    return Job(
        row.id,
        row.owner,
        State(row.state),
        decode_request(row.request),
        row.characters,
        row.spoken,
        row.attempts,
        row.lease,
        row.created_at,
        row.started_at,
        row.finished_at,
        audio,
        JobError(row.error_code, row.error_message) if row.error_code else None,
        Heard(row.heard_parts, row.heard_characters, row.heard_seconds),
    )


def new_job(owner: str, request: JobRequest, characters: int, now: float) -> Job:
    return Job(str(uuid4()), owner, State.QUEUED, request, characters, 0, 0, None, now, None, None, None, None)


def row_of(job: Job, text: str, charged: Charged) -> dict[str, Any]:
    """Of a new one."""
    return {
        "id": job.id,
        "owner": job.owner,
        "delivery": job.request.delivery,
        "state": job.state,
        "request": encode_request(job.request),
        "text": text.replace(NUL, " "),
        "urgent": job.request.urgent,
        "charged": charged.characters,
        "charged_month": charged.month,
        "characters": job.characters,
        "spoken": 0,
        "attempts": 0,
        "due_at": job.created_at,
        "created_at": job.created_at,
    }
