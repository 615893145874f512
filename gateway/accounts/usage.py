"""What each key has used, month by month: a ledger that never lets a quota be passed.

Text that is known whole is reserved before it is spoken: one statement both asks and takes, so of any number of
requests that race for the last characters exactly as many get them as fit. What streams speak is added later.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.accounts.plans import Plan
from gateway.database.charging import Charged
from gateway.database.engine import is_sqlite
from gateway.database.tables import usage
from gateway.database.writing import Writing
from gateway.errors import Quota, QuotaExceeded

MILLISECONDS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one key in one month, `2026-11`."""

    key_id: str
    month: str
    requests: int = 0
    characters: int = 0
    audio_ms: int = 0

    @property
    def minutes(self) -> float:
        return self.audio_ms / MILLISECONDS_PER_MINUTE


class Ledger:
    def __init__(self, writing: Writing, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._clock = clock

    async def reserve(self, key_id: str, plan: Plan, characters: int) -> None:
        """Takes them out of the month's quota. Raises QuotaExceeded, and then nothing is taken."""
        await self.check(key_id, plan, characters)
        async with self._writing.begin() as connection:
            await self.take(connection, key_id=key_id, plan=plan, characters=characters)

    async def take(self, connection: AsyncConnection, *, key_id: str, plan: Plan, characters: int) -> Charged:
        """The same within a transaction of somebody else's, with which it is taken or is not."""
        limit, minutes = plan.monthly_characters, plan.monthly_minutes
        if (limit and characters > limit) or not await self._add(connection, key_id, 1, characters, 0, limit=limit):
            raise _too_few(limit, (await self._spent(connection, key_id)).characters, characters)
        if minutes and (spent := await self._spent(connection, key_id)).minutes >= minutes:
            raise _no_minutes(minutes, spent.minutes)
        return Charged(characters, self._month())

    async def give_back(self, connection: AsyncConnection, key_id: str, charged: Charged) -> None:
        """What `take` has taken, or a part of it; of the month that it was taken from, whichever it is now."""
        which = (usage.c.key_id == key_id) & (usage.c.month == charged.month)
        less = {"characters": usage.c.characters - charged.characters}
        await connection.execute(update(usage).where(which).values(less))

    async def note_audio(self, connection: AsyncConnection, key_id: str, seconds: float) -> None:
        """What was made of a text that was taken."""
        await self._add(connection, key_id, 0, 0, round(1000 * seconds), limit=0)

    async def check(self, key_id: str, plan: Plan, characters: int = 0) -> None:
        """Raises QuotaExceeded for who has nothing left of this month. characters: that are needed; 0: not counted."""
        if not (plan.monthly_characters or plan.monthly_minutes):
            return
        spent = await self.spent(key_id)
        if plan.monthly_characters and spent.characters >= plan.monthly_characters:
            raise _too_few(plan.monthly_characters, spent.characters, characters)
        if plan.monthly_minutes and spent.minutes >= plan.monthly_minutes:
            raise _no_minutes(plan.monthly_minutes, spent.minutes)

    async def add(self, key_id: str, *, requests: int = 0, characters: int = 0, audio_ms: int = 0) -> None:
        """What has been spoken, or, negative, what was reserved and was not."""
        async with self._writing.begin() as connection:
            await self._add(connection, key_id, requests, characters, audio_ms, limit=0)

    async def spent(self, key_id: str) -> Spent:
        async with self._writing.engine.connect() as connection:
            return await self._spent(connection, key_id)

    async def all(self) -> list[Spent]:
        """Every key and month, the newest first."""
        async with self._writing.engine.connect() as connection:
            rows = await connection.execute(select(usage).order_by(usage.c.month.desc(), usage.c.key_id))
            return [Spent(*row) for row in rows]

    async def _spent(self, connection: AsyncConnection, key_id: str) -> Spent:
        which = (usage.c.key_id == key_id) & (usage.c.month == self._month())
        row = (await connection.execute(select(usage).where(which))).first()
        return Spent(*row) if row else Spent(key_id, self._month())

    async def _add(
        self, connection: AsyncConnection, key_id: str, requests: int, characters: int, audio_ms: int, *, limit: int
    ) -> bool:
        """False: it would have been more than the limit, if there is one; the row is as it was."""
        dialect = sqlite if is_sqlite(self._writing.engine) else postgresql
        new = {"requests": requests, "characters": characters, "audio_ms": audio_ms}
        insert = dialect.insert(usage).values(key_id=key_id, month=self._month(), **new)
        statement = insert.on_conflict_do_update(
            index_elements=[usage.c.key_id, usage.c.month],
            set_={name: usage.c[name] + amount for name, amount in new.items()},
            where=usage.c.characters + characters <= limit if limit else None,
        )
        return bool((await connection.execute(statement)).rowcount)

    def _month(self) -> str:
        return time.strftime("%Y-%m", time.gmtime(self._clock()))


def _too_few(limit: int, used: int, needed: int = 0) -> QuotaExceeded:
    quota = Quota("characters", limit, used, needed)
    if not needed:
        return QuotaExceeded(f"all {limit} characters of this month are used", quota)
    return QuotaExceeded(f"{needed} characters are needed, and {quota.left} of this month's {limit} are left", quota)


def _no_minutes(limit: int, used: float) -> QuotaExceeded:
    return QuotaExceeded(f"all {limit} minutes of this month are used", Quota("minutes", limit, used))
