"""Who speaks which job. A lease is a row's `lease` and the time, `due_at`, until which nobody else may take it.

A process that dies stops renewing, and after LEASE seconds another takes its jobs over. A process that was only slow
finds its lease gone at its next word: the lease is a new name each time a job is taken, and every change asks for it.
So clocks decide how soon a job is taken over, never whether it ends twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, select, update

from gateway.database.tables import jobs
from gateway.database.writing import Writing
from gateway.jobs.ending import Announce, End, end, silent
from gateway.jobs.job import UNHEARD, Heard, Job, JobError, State, StoredAudio
from gateway.jobs.rows import SHOWN, job_of

LEASE = 10.0  # seconds without a renewal after which a job is taken over
RENEW_EVERY = 2.0
# Times: a text that ends the process that speaks it must not end them for ever. A healthy job that is as long as its
# processes live was taken up to 12 times while 100 of them were killed within 7 minutes (measured).
MAX_TAKEN = 25
NOTHING_YET = {"spoken": 0, "heard_parts": 0}
EXHAUSTED = JobError("attempts_exhausted", f"the job was taken {MAX_TAKEN} times, and each time its process died")


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A job that is ours. lease: names this taking of it."""

    job: Job
    text: str
    lease: str

    @property
    def folder(self) -> str:
        """What this attempt writes, apart from what others wrote."""
        return f"{self.job.folder}/{self.lease}"


@dataclass(frozen=True, slots=True)
class Progress:
    """spoken: characters; heard: what listeners may have of it."""

    spoken: int = 0
    heard: Heard = UNHEARD


class Leases:
    def __init__(
        self, writing: Writing, clock: Callable[[], float], announce: Announce = silent, lease: float = LEASE
    ) -> None:
        self._writing = writing
        self._clock = clock
        self._announce = announce
        self._lease = lease

    async def take(self, most: int, *, urgent: bool = False) -> list[Taken]:
        """The oldest jobs that nobody holds, now ours for a while; of those that somebody waits for, which stand in a
        line of their own, or of the others.
        """
        now = self._clock()
        which = jobs.c.due_at <= now, jobs.c.urgent.is_(urgent), ~_exhausted()
        free = select(jobs.c.id).where(*which).order_by(jobs.c.created_at)
        ids = free.limit(most).with_for_update(skip_locked=True)  # SQLite has one writer, and no such words
        lease = str(uuid4())
        values = {
            "state": State.PROCESSING,
            "lease": lease,
            "due_at": now + self._lease,
            "attempts": jobs.c.attempts + 1,
            **NOTHING_YET,
            "started_at": case((jobs.c.started_at.is_(None), now), else_=jobs.c.started_at),
        }
        async with self._writing.begin() as connection:
            taken = await connection.execute(
                update(jobs).where(jobs.c.id.in_(ids.scalar_subquery())).values(values).returning(*SHOWN, jobs.c.text)
            )
            return [Taken(job_of(row), row.text, lease) for row in taken]

    async def give_up(self) -> list[Job]:
        """Ends those that were taken too often, and returns them."""
        now = self._clock()
        lost = and_(jobs.c.due_at <= now, _exhausted())
        async with self._writing.begin() as connection:
            ended = await end(connection, lost, End(State.FAILED, error=EXHAUSTED), now, self._announce)
            ids = [each.id for each in ended]
            rows = await connection.execute(select(*SHOWN).where(jobs.c.id.in_(ids)))
            return [job_of(row) for row in rows]

    async def renew(self, progress: Mapping[Taken, Progress]) -> set[Taken]:
        """Keeps the leases, and tells how far it has got: what may be heard from now on is owed for from now on.
        Returns those that we have lost.
        """
        until = self._clock() + self._lease
        lost = set()
        async with self._writing.begin() as connection:
            for taken, made in progress.items():
                values = {"due_at": until, "spoken": made.spoken, **_heard(made.heard)}
                kept = await connection.execute(update(jobs).where(_held(taken)).values(values))
                if not kept.rowcount:
                    lost.add(taken)
        return lost

    async def complete(self, taken: Taken, audio: StoredAudio) -> bool:
        """False: it is not ours any more."""
        return await self._end(taken, End(State.COMPLETED, audio))

    async def fail(self, taken: Taken, error: JobError, *, by_asker: bool = False) -> bool:
        """For good. by_asker: by what was asked for. False: it is not ours any more."""
        return await self._end(taken, End(State.FAILED, error=error, by_asker=by_asker))

    async def retry(self, taken: Taken, after: float) -> bool:
        """It may be taken again after so many seconds. False: it is not ours any more."""
        again = {"state": State.QUEUED, "lease": None, "due_at": self._clock() + after, **NOTHING_YET}
        async with self._writing.begin() as connection:
            given = await connection.execute(update(jobs).where(_held(taken)).values(again))
            return bool(given.rowcount)

    async def give_back(self, held: Iterable[Taken]) -> None:
        """At once to whoever comes, as if they had not been taken."""
        back = {
            "state": State.QUEUED,
            "lease": None,
            "due_at": jobs.c.created_at,
            "attempts": jobs.c.attempts - 1,
            **NOTHING_YET,
        }
        async with self._writing.begin() as connection:
            for taken in held:
                await connection.execute(update(jobs).where(_held(taken)).values(back))

    async def _end(self, taken: Taken, how: End) -> bool:
        """Asked again after an answer that got lost, it still knows whether it was we who ended it."""
        async with self._writing.begin() as connection:
            if await end(connection, _held(taken), how, self._clock(), self._announce):
                return True
            row = (await connection.execute(select(*SHOWN).where(jobs.c.id == taken.job.id))).first()
        return (
            row is not None
            and row.audio_path is not None
            and how.audio is not None
            and (row.audio_path == how.audio.path)
        )


def _heard(heard: Heard) -> dict[str, Any]:
    """Who has heard more of an earlier attempt has heard that."""
    return {
        "heard_parts": heard.parts,
        "heard_characters": _most(jobs.c.heard_characters, heard.characters),
        "heard_seconds": _most(jobs.c.heard_seconds, heard.seconds),
    }


def _most(column: ColumnElement[Any], value: float) -> ColumnElement[Any]:
    return case((column < value, value), else_=column)


def _exhausted() -> ColumnElement[bool]:
    return and_(jobs.c.state == State.PROCESSING, jobs.c.attempts >= MAX_TAKEN)


def _held(taken: Taken) -> ColumnElement[bool]:
    return and_(jobs.c.id == taken.job.id, jobs.c.lease == taken.lease, jobs.c.state == State.PROCESSING)
