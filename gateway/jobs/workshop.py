"""Where jobs are spoken: takes some at a time, keeps their leases, ends each of them.

It stops taking when no worker is ready or the database does not answer, and goes on when they do. What has been begun
is finished, tried again, failed, or found to be somebody else's by now; nothing is forgotten.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.errors import InternalError
from gateway.jobs.asking import Asking
from gateway.jobs.bells import WORK, Bells
from gateway.jobs.failing import FIRST_PAUSE, Failing
from gateway.jobs.leases import RENEW_EVERY, Leases, Taken
from gateway.jobs.making import KEEP_FROM, LAST_WORD, Making
from gateway.jobs.renewing import Attempt, Renewing
from gateway.jobs.speaking import JobWire
from gateway.library.store import FAILURES, AudioStore
from gateway.metrics import Metrics
from gateway.runner import Runner

# Each is what a live stream is to the engine and to this process, which bears hundreds: so many more are borne without
# asking how many live ones there are.
URGENT_AT_ONCE = 16
LOOK_EVERY = 1.0  # seconds, for jobs that other processes were given


@dataclass(slots=True)
class Workshop:
    """at_once: jobs that this process speaks side by side, and URGENT_AT_ONCE more that somebody waits for.

    runner: with the deadlines of jobs, not of clients; urgent_runner: for those that somebody waits for, if another.
    """

    leases: Leases
    store: AudioStore
    runner: Runner
    bells: Bells
    metrics: Metrics
    at_once: int
    urgent_runner: Runner | None = None
    renew_every: float = RENEW_EVERY
    first_pause: float = FIRST_PAUSE
    last_word: float = LAST_WORD
    keep_from: int = KEEP_FROM
    # By the taking, not by the job: one whose lease ran out unnoticed may be taken again beside the first attempt.
    _attempts: dict[Taken, Attempt] = field(default_factory=dict)
    _asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        self._asking = Asking(self.metrics)

    async def run(self) -> None:
        """Until it is cancelled; then what it holds is given back at once."""
        renewing = Renewing(self.leases, self.bells, self._asking, self._attempts, self.renew_every)
        failing = Failing(self.leases, self.store, self.metrics, self._asking, self.first_pause)
        making = Making(self.leases, self.store, self.metrics, self._asking, self.last_word, self.keep_from)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(renewing.run())
                tasks.create_task(self._give_up(failing))
                while True:
                    for attempt in await self._take():
                        attempt.task = tasks.create_task(self._work(attempt, making, failing, renewing.share))
                    await self.bells.wait(WORK, LOOK_EVERY)
        finally:
            await self._give_back()

    async def _take(self) -> list[Attempt]:
        begun: list[Attempt] = []
        if not self.at_once or not self.runner.synth.ready:
            return begun
        held = Counter(taken.job.request.urgent for taken in self._attempts)
        for urgent, most in ((True, URGENT_AT_ONCE), (False, self.at_once)):
            room = most - held[urgent]
            for taken in await self._asking.once(self.leases.take(room, urgent=urgent), []) if room > 0 else ():
                attempt = self._attempts[taken] = Attempt(taken)
                begun.append(attempt)
        return begun

    async def _work(self, attempt: Attempt, making: Making, failing: Failing, shared: Callable[[], None]) -> None:
        taken = attempt.taken
        try:
            failed = await self._make(attempt, making, shared)
            if failed is not None:
                await failing.judge(taken, failed)
        except asyncio.CancelledError:
            if not attempt.lost:
                raise  # everything stops: `run` gives it back
        except FAILURES:
            await failing.store_failed(taken)
        except Exception as bug:  # noqa: BLE001 - one job's end, told to the operator, and not the end of all
            asyncio.get_running_loop().call_exception_handler({"message": "a job failed by a bug", "exception": bug})
            await failing.fail(taken, InternalError("the job failed"))
        self._attempts.pop(taken, None)
        self.bells.ring(taken.job.id)
        self.bells.ring(WORK)

    async def _make(self, attempt: Attempt, making: Making, shared: Callable[[], None]) -> JobWire | None:
        runner = (attempt.taken.job.request.urgent and self.urgent_runner) or self.runner
        try:
            with self.metrics.jobs_active.track_inprogress():
                return await making.make(attempt, runner, shared)
        finally:
            attempt.task = None  # a renewal that finds it ended by us does not cut off what belongs to its end

    async def _give_up(self, failing: Failing) -> None:
        while True:
            await asyncio.sleep(self.renew_every)
            await failing.give_up()

    async def _give_back(self) -> None:
        held = list(self._attempts)
        self._attempts.clear()
        if held:
            await self._asking.once(self.leases.give_back(held), None)
