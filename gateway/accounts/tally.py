"""What streams have spoken, on its way into the ledger: gathered, since a write for each context would be too many."""

import asyncio
from collections import defaultdict

from gateway.accounts.usage import Ledger
from gateway.database.errors import UNANSWERED

WRITE_EVERY = 1.0  # seconds; a server that is killed loses so much of what streams have used


class Tally:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._characters: defaultdict[str, int] = defaultdict(int)
        self._audio_ms: defaultdict[str, int] = defaultdict(int)
        self._writing: asyncio.Future[None] | None = None

    def add(self, key_id: str, characters: int, audio_seconds: float) -> None:
        self._characters[key_id] += characters
        self._audio_ms[key_id] += round(1000 * audio_seconds)

    async def run(self) -> None:
        """Until cancelled; `write` once more after that."""
        while True:
            await asyncio.sleep(WRITE_EVERY)
            await self.write()

    async def write(self) -> None:
        """All that was added until now. Who stops waiting for it does not stop it: nobody could tell whether a number
        that was on its way to the database has arrived.
        """
        if self._writing is not None:
            await asyncio.shield(self._writing)
        self._writing = asyncio.ensure_future(self._write())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        """What the database does not take is kept: it is no more than two numbers for each key."""
        for key_id in list(self._audio_ms):
            characters, audio_ms = self._characters.pop(key_id), self._audio_ms.pop(key_id)
            try:
                await self.ledger.add(key_id, characters=characters, audio_ms=audio_ms)
            except UNANSWERED:
                self._characters[key_id] += characters
                self._audio_ms[key_id] += audio_ms
                return
