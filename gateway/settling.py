"""What a job's end is to its owner's account, written with the end: exactly once, whoever ends it and whatever dies.

Audio that was made is accounted for. A text that was paid for when it was taken in, and that nobody hears, is given
back; of one that its owner cancels what had been spoken by then was there to be listened to, and stays paid.
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
        if ended.how.audio is not None:
            await self.ledger.note_audio(connection, ended.owner, ended.how.audio.seconds)
        if back := ended.charged.characters - ended.paid:
            await self.ledger.give_back(connection, ended.owner, Charged(back, ended.charged.month))
