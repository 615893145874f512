"""How often shares are played, gathered for a moment: who listens costs no transaction."""

import asyncio
from collections import Counter

from gateway.database.errors import UNANSWERED, is_outage
from gateway.library.shares import ShareRecords

EVERY = 5.0  # seconds that a number may be late, and that a server that is killed may lose


class Plays:
    def __init__(self, records: ShareRecords) -> None:
        self._records = records
        self._counted: Counter[str] = Counter()

    def add(self, code: str) -> None:
        self._counted[code] += 1

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """What the database does not take now is written with what comes."""
        counted, self._counted = self._counted, Counter()
        try:
            if counted:
                await self._records.add_plays(counted)
        except UNANSWERED as error:
            self._counted.update(counted)
            if not is_outage(error):
                raise
