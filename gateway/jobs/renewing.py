"""Keeps the leases of what is being spoken, and gives out what can be heard of it.

A part of the audio is in the store before it is in its job's row, and nobody listens to what the row does not tell: so
what can be heard is paid, and nothing else, whatever dies in between. While the database does not answer nothing is
given out, and the speaking goes on.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from gateway.jobs.asking import Asking
from gateway.jobs.bells import Bells
from gateway.jobs.leases import Leases, Progress, Taken
from gateway.jobs.speaking import JobWire


@dataclass(slots=True)
class Attempt:
    """told: parts of its audio that listeners know of. task: until its end is written: so long it can be lost."""

    taken: Taken
    task: asyncio.Task[None] | None = None
    wire: JobWire | None = None
    lost: bool = False
    told: int = 0

    @property
    def progress(self) -> Progress:
        return Progress() if self.wire is None else Progress(self.wire.spoken, self.wire.heard)

    @property
    def news(self) -> bool:
        """Whether there are parts that nobody knows of."""
        return self.progress.heard.parts > self.told

    def lose(self) -> None:
        """Its owner cancelled it, or another process has taken it over."""
        if self.task is not None and not self.lost:
            self.lost = True
            self.task.cancel()


@dataclass(slots=True)
class Renewing:
    """attempts: that go on, by their taking; every: seconds."""

    leases: Leases
    bells: Bells
    asking: Asking
    attempts: dict[Taken, Attempt]
    every: float
    _shared: asyncio.Event = field(default_factory=asyncio.Event)

    def share(self) -> None:
        """An attempt has a part to be given out."""
        self._shared.set()

    async def run(self) -> None:
        """Until it is cancelled. All are renewed at their time, and in between those that have news: what the database
        does not take then it is told the next time.
        """
        now = asyncio.get_running_loop().time
        while True:
            due = now() + self.every
            while now() < due and await self._hears_news(due):
                await self._renew([attempt for attempt in self.attempts.values() if attempt.news])
            await self._renew(list(self.attempts.values()))

    async def _hears_news(self, due: float) -> bool:
        """False when it is time, on the loop's clock."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._shared.wait()
                self._shared.clear()
                return True
        return False

    async def _renew(self, attempts: Sequence[Attempt]) -> None:
        progress = {attempt.taken: attempt.progress for attempt in attempts}
        lost = await self.asking.once(self.leases.renew(progress), None) if attempts else None
        if lost is None:
            return
        for attempt in attempts:
            if self.attempts.get(attempt.taken) is None:
                continue  # it has ended meanwhile
            if attempt.taken in lost:
                attempt.lose()
            elif attempt.told < (parts := progress[attempt.taken].heard.parts):
                attempt.told = parts
                self.bells.ring(attempt.taken.job.id)
