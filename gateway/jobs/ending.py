"""The one statement by which a job ends, so that it ends once whoever is first.

What must happen exactly once for a job that has ended is written in the transaction of this statement, by `announce`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.charging import Charged
from gateway.database.tables import jobs
from gateway.jobs.job import JobError, JobRequest, State, StoredAudio, decode_request

MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class End:
    state: State
    audio: StoredAudio | None = None
    error: JobError | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A job at its end. spoken: of its characters, as far as that was told; charged: when it was taken in."""

    id: str
    owner: str
    request: JobRequest
    characters: int
    spoken: int
    charged: Charged
    how: End
    at: float
    created_at: float = 0.0

    @property
    def paid(self) -> int:
        """Of the characters that were charged, those that stay so: what was spoken, unless the job failed."""
        match self.how.state:
            case State.COMPLETED:
                return self.charged.characters
            case State.CANCELLED:
                return min(self.spoken, self.charged.characters)
            case _:
                return 0


NAMES = ("id", "owner", "request", "characters", "spoken", "charged", "charged_month", "created_at")
TOLD = [jobs.c[name] for name in NAMES]

Announce = Callable[[AsyncConnection, Ended], Awaitable[None]]


async def silent(_connection: AsyncConnection, _ended: Ended) -> None:
    """Nobody is told."""


def both(first: Announce, second: Announce) -> Announce:
    async def announce(connection: AsyncConnection, ended: Ended) -> None:
        await first(connection, ended)
        await second(connection, ended)

    return announce


async def end(
    connection: AsyncConnection, which: ColumnElement[bool], how: End, now: float, announce: Announce
) -> list[Ended]:
    """Those of the jobs that had not ended before."""
    values: dict[str, Any] = {"state": how.state, "finished_at": now, "due_at": None, "lease": None}
    if how.audio is not None:
        values |= {
            "audio_path": how.audio.path,
            "audio_bytes": how.audio.size,
            "audio_seconds": how.audio.seconds,
            "spoken": jobs.c.characters,
        }
    if how.error is not None:
        values |= {"error_code": how.error.code, "error_message": how.error.message[:MAX_MESSAGE].replace("\0", " ")}
    ending = update(jobs).where(which, jobs.c.due_at.is_not(None)).values(values).returning(*TOLD)
    ended = [_ended(row, how, now) for row in await connection.execute(ending)]
    for each in sorted(ended, key=_place):  # so that no two who do this wait for each other
        await announce(connection, each)
    return ended


def _place(ended: Ended) -> tuple[str, str]:
    """What telling of it changes: its owner's account, then its batch."""
    return ended.owner, str(ended.request.extra.get("batch", ""))


def _ended(row: Row[Any], how: End, now: float) -> Ended:
    request, charged = decode_request(row.request), Charged(row.charged, row.charged_month)
    return Ended(row.id, row.owner, request, row.characters, row.spoken, charged, how, now, row.created_at)
