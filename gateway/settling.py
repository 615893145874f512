"""What a job's end is to its owner's account, written with the end: exactly once, whoever ends it and whatever dies.

A text was paid for when it was taken in. What nobody could hear of it is given back, and the seconds of what somebody
could are accounted for.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.accounts.usage import Ledger
from gateway.database.charging import Charged
from gateway.jobs.ending import Ended


@dataclass(frozen=True, slots=True)
class Settling:
    ledger: Ledger

    async def __call__(self, connection: AsyncConnection, ended: Ended) -> None:
        if not ended.owner:
            return
        characters, seconds = ended.paid
        if seconds:
            told = round(seconds, 3)  # by the job, so that who adds up its jobs has the month to the millisecond
            await self.ledger.note_audio(connection, ended.owner, told)
        if back := ended.charged.characters - characters:
            await self.ledger.give_back(connection, ended.owner, Charged(back, ended.charged.month))
