"""Keeps child processes alive: workers, and the gateway's own processes.

A child that exits is started again. A child that stops answering is killed and started again. A child that will not
stay up is started ever more seldom. What happened is counted, and told to `on_restart`.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from gateway.workers.child_process import ChildProcess

Reason = Literal["crashed", "hung"]
OnRestart = Callable[[str, Reason], None]
T = TypeVar("T")


USAGE = 2  # the exit status of a command that cannot do what its options ask for


class WrongCommandError(OSError):
    """Starting it again would not help."""


async def alive() -> bool:
    """For a child that answers nothing: its process is there, so it is well."""
    return True


@dataclass(frozen=True, slots=True)
class Child:
    """healthy: whether it answers well now; OSError is a no, and so is an answer that takes too long."""

    name: str
    argv: Sequence[str]
    healthy: Callable[[], Awaitable[bool]] = alive


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    start_up: float = 120.0  # until the first good answer: a model is loaded and warmed up meanwhile
    probe_every: float = 1.0  # and how long an answer may take
    misses: int = 2  # in a row: hung. Counted, not timed, so that a pause of our own kills nobody
    grace: float = 25.0  # from SIGTERM to SIGKILL; a worker gives its running calls 20
    first_delay: float = 0.2
    longest_delay: float = 30.0
    healthy_life: float = 60.0  # so long a life starts the delays afresh


@dataclass(slots=True)
class ChildState:
    """pid: None between two lives; ready_since: loop time of this life's first good answer."""

    pid: int | None = None
    ready_since: float | None = None
    restarts: Counter[Reason] = field(default_factory=Counter)


def next_delay(previous: float, healthy_for: float, timing: Timing) -> float:
    """Seconds from a death to the next life. previous: the delay before this life, 0 if it was the first."""
    if not previous or healthy_for >= timing.healthy_life:
        return timing.first_delay
    return min(previous * 2, timing.longest_delay)


class Supervisor:
    def __init__(
        self, children: Sequence[Child], *, timing: Timing | None = None, on_restart: OnRestart | None = None
    ) -> None:
        self.states: Mapping[str, ChildState] = {child.name: ChildState() for child in children}
        self._children = children
        self._timing = timing or Timing()
        self._on_restart = on_restart
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Returns when `stop` was called and the last child has ended; cancelled, it kills them all at once."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keep(child, self.states[child.name]))

    def stop(self) -> None:
        """SIGTERM to all, and after the grace time SIGKILL to the rest; then `run` returns."""
        self._stopping.set()

    async def _keep(self, child: Child, state: ChildState) -> None:
        delay = 0.0
        while not self._stopping.is_set():
            ending, healthy_for = await self._live(child, state)
            if ending == "stopped":
                return
            state.restarts[ending] += 1
            if self._on_restart:
                self._on_restart(child.name, ending)
            delay = next_delay(delay, healthy_for, self._timing)
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._stopping.wait()

    async def _live(self, child: Child, state: ChildState) -> tuple[Reason | Literal["stopped"], float]:
        """One life of a child: how it ended, and how long it was healthy."""
        try:
            process = await ChildProcess.start(child.argv)
        except OSError:  # no memory, no processes left, the command is just being replaced
            return "crashed", 0.0
        state.pid = process.pid
        try:
            ending = await self._ending(child, state, process)
            return ending, self._now() - (state.ready_since or self._now())
        finally:
            await process.kill()
            state.pid = state.ready_since = None

    async def _ending(self, child: Child, state: ChildState, process: ChildProcess) -> Reason | Literal["stopped"]:
        ending = await _first_of(self._stopped(), self._crashed(process), self._hung(child, state))
        if ending == "stopped":
            await process.terminate(self._timing.grace)
        return ending

    async def _stopped(self) -> Literal["stopped"]:
        await self._stopping.wait()
        return "stopped"

    async def _crashed(self, process: ChildProcess) -> Reason:
        if await process.ended() == USAGE:
            raise WrongCommandError("a worker cannot start with these options; what it said stands above")
        return "crashed"

    async def _hung(self, child: Child, state: ChildState) -> Reason:
        if await self._gets_ready(child):
            state.ready_since = self._now()
            await self._goes_silent(child)
        return "hung"

    async def _gets_ready(self, child: Child) -> bool:
        until = self._now() + self._timing.start_up
        while self._now() < until:
            if await self._probe(child):
                return True
        return False

    async def _goes_silent(self, child: Child) -> None:
        misses = 0
        while misses < self._timing.misses:
            if await self._probe(child):
                misses = 0
                await asyncio.sleep(self._timing.probe_every)
            else:
                misses += 1

    async def _probe(self, child: Child) -> bool:
        """A miss takes `probe_every` seconds, however quick the answer was."""
        asked_at = self._now()
        with suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(self._timing.probe_every):
                if await child.healthy():
                    return True
        await asyncio.sleep(asked_at + self._timing.probe_every - self._now())
        return False

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _first_of(*coroutines: Coroutine[Any, Any, T]) -> T:
    """What the first to end returned; the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(coroutine) for coroutine in coroutines]
        done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
    return next(task for task in tasks if task in done).result()
