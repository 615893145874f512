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
from gateway.jobs.job import Heard, JobError, JobRequest, State, StoredAudio, decode_request

MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class End:
    """by_asker: what was asked for could not be done, or is not wanted any more."""

    state: State
    audio: StoredAudio | None = None
    error: JobError | None = None
    by_asker: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A job at its end. charged: when it was taken in; heard: what there was to be listened to before."""

    id: str
    owner: str
    request: JobRequest
    characters: int
    charged: Charged
    how: End
    at: float
    created_at: float
    heard: Heard

    @property
    def paid(self) -> tuple[int, float]:
        """Of the characters that were charged, those that stay so; and seconds of audio. All of it, if it is there; if
        its owner ends it what could be heard by then, whether or not anybody did; of what we fail in nothing.

        What is heard is told in characters of the text that is spoken, which may be longer than what was sent.
        """
        if self.how.audio is not None:
            return self.charged.characters, self.how.audio.seconds
        if self.how.by_asker:
            return self.charged.characters * self.heard.characters // self.characters, self.heard.seconds
        return 0, 0.0


CANCELLED = End(State.CANCELLED, by_asker=True)

NAMES = ("id", "owner", "request", "characters", "charged", "charged_month", "created_at")
HEARD = ("heard_parts", "heard_characters", "heard_seconds")
TOLD = [jobs.c[name] for name in (*NAMES, *HEARD)]

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
    elif how.by_asker:
        values |= {"spoken": jobs.c.heard_characters}
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
    heard = Heard(row.heard_parts, row.heard_characters, row.heard_seconds)
    return Ended(row.id, row.owner, request, row.characters, charged, how, now, row.created_at, heard)
