"""A job in our own JSON (docs/jobs.md). Times are ISO 8601 in UTC.

spoken: characters of the text; of a job that its owner or its text has ended, those that could be heard. heard_seconds:
audio that there was to be listened to before its end.
"""

from typing import Literal

import msgspec

State = Literal["queued", "processing", "completed", "failed", "cancelled"]


class JobAudio(msgspec.Struct, frozen=True):
    url: str
    bytes: int
    seconds: float


class JobError(msgspec.Struct, frozen=True):
    code: str
    message: str


class ShownJob(msgspec.Struct, frozen=True):
    id: str
    state: State
    voice: str | None
    encoding: str
    characters: int
    spoken: int
    heard_seconds: float
    attempts: int
    created_at: str | None
    started_at: str | None
    finished_at: str | None
    audio: JobAudio | None
    error: JobError | None


class JobPage(msgspec.Struct, frozen=True):
    """next: what `after` is for the page that follows."""

    jobs: tuple[ShownJob, ...]
    next: str | None


class JobText(msgspec.Struct, frozen=True):
    text: str


class Waiting(msgspec.Struct, frozen=True):
    """wait: seconds for which the reply may wait for the end of the job, at most 60."""

    wait: float = 0.0


class Listed(msgspec.Struct, frozen=True):
    """after: the last page's `next`."""

    state: State | None = None
    limit: int = 20
    after: str = ""
