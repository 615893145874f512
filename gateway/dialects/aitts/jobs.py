"""`/jobs`: the owner's jobs, and what one of them says.

Facts: the vendor's code examples have the paths and `limit`; the page's fields are named like those of the vendor's
other replies. A dialogue's text is told as its speakers' lines.
"""

from collections.abc import Sequence

import msgspec

from gateway.dialects.aitts.dialogue import as_lines
from gateway.dialects.aitts.envelope import BASE, moment
from gateway.dialects.aitts.replies import STATES, Error, Status, success
from gateway.dialects.aitts.speech import failure_of
from gateway.dialects.desk.views import Told, View
from gateway.dialects.desk.wanted import Chosen
from gateway.dialects.paging import number_of
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

PAGE, MOST = 20, 100


class ListedJob(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are ISO 8601. cost: in credits."""

    job_id: str
    status: Status
    voice_id: str
    output_format: str
    chars_charged: int
    created_at: str
    cost: float = 0.0
    completed_at: str | None = None
    duration_seconds: float | None = None
    size_bytes: int | None = None
    audio_endpoint: str | None = None
    error: Error | None = None


class JobPage(msgspec.Struct, frozen=True):
    jobs: tuple[ListedJob, ...]
    next_cursor: str | None
    has_more: bool


class JobFilters(msgspec.Struct, frozen=True):
    """The query. cursor: the page before's next_cursor."""

    limit: int = PAGE
    cursor: str = ""
    status: str = ""


class JobText(msgspec.Struct, frozen=True):
    job_id: str
    text: str


def choose(request: Request) -> Chosen:
    status = request.query.get("status", "")
    meant = tuple(state for state, name in STATES.items() if name == status)
    if status and not meant:
        raise InvalidSetting(f"status is one of: {', '.join(dict.fromkeys(STATES.values()))}")
    return Chosen(meant, number_of(request.query, "limit", PAGE, MOST), request.query.get("cursor", ""))


def tell_page(jobs: Sequence[View], following: str, _request: Request) -> Told:
    return Told(success(JobPage(tuple(map(_listed, jobs)), following or None, bool(following))))


def tell_text(job: View, text: str) -> Told:
    return Told(success(JobText(job.id, as_lines(text, job.opened.voice))))


def _listed(job: View) -> ListedJob:
    completed = job.state == "completed"
    failed = job.ended and not completed
    return ListedJob(
        job_id=job.id,
        status=STATES[job.state],
        voice_id=job.opened.voice,
        output_format=job.opened.output.encoding,
        chars_charged=job.characters,
        created_at=moment(job.created_at),
        cost=job.credits,
        completed_at=moment(job.finished_at) if completed and job.finished_at is not None else None,
        duration_seconds=None if job.seconds is None else round(job.seconds, 3),
        size_bytes=job.size,
        audio_endpoint=f"{BASE}/tts/{job.id}/audio" if completed else None,
        error=failure_of(job) if failed else None,
    )
