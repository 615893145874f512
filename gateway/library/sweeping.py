"""The sweep: takes away what is too old, what deletions left in the store, and what is nobody's there.

One gateway of several does it at a time. Whatever dies when, the next sweep goes on; it does in small steps, so that
nobody waits for it.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.database.errors import UNANSWERED, is_outage
from gateway.library.chores import Chores
from gateway.library.orphans import Orphans
from gateway.library.retention import Retention
from gateway.library.store import FAILURES, AudioStore
from gateway.library.trash import JOBS, Trash
from gateway.metrics import Metrics

SWEEP, SEARCH = "sweep", "orphans"  # chores
SWEEP_EVERY = 600.0  # seconds: how late what is too old may go
SEARCH_EVERY = 24 * 3600.0  # all of the store is listed for it
LOOK_EVERY = 30.0  # seconds between two looks at whether it is due
BATCH = 200


@dataclass(frozen=True, slots=True)
class Sweeper:
    retention: Retention
    trash: Trash
    orphans: Orphans
    store: AudioStore
    chores: Chores
    metrics: Metrics
    clock: Callable[[], float] = time.time
    look_every: float = LOOK_EVERY

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(self.look_every)

    async def sweep(self) -> None:
        """What is due. Where database or store do not answer it is done later."""
        try:
            if await self.chores.take(SWEEP, self.clock()):
                await self._clear()
                await self._finish(SWEEP, SWEEP_EVERY)
            if await self.chores.take(SEARCH, self.clock()):
                await self._search()
                await self._finish(SEARCH, SEARCH_EVERY)
        except (*UNANSWERED, *FAILURES) as error:
            if isinstance(error, UNANSWERED) and not is_outage(error):
                raise
            self.metrics.sweeps_total.labels("broken_off").inc()

    async def _clear(self) -> None:
        for name, clear in self.retention.rules():
            while cleared := await clear(self.clock()):
                self.metrics.swept_total.labels(name).inc(cleared)
                await self._empty()
                if not await self.chores.keep(SWEEP, self.clock()):
                    return
        await self._empty()

    async def _empty(self) -> None:
        """What the store does not let go of stays for the next time."""
        while folders := await self.trash.filled(BATCH):
            if await self.trash.empty(folders) < len(folders):
                return

    async def _search(self) -> None:
        if not await self.orphans.is_ours():
            self.metrics.sweeps_total.labels("foreign_store").inc()
            return
        async for folders in self.store.walk(JOBS, BATCH):
            self.metrics.swept_total.labels("orphans").inc(await self.orphans.clear(folders))
            if not await self.chores.keep(SEARCH, self.clock()):
                return

    async def _finish(self, chore: str, every: float) -> None:
        await self.chores.finish(chore, self.clock() + every)
        self.metrics.sweeps_total.labels("done").inc()
