"""Many clients at once: a closed loop (each starts its next turn when the last is done) or an open one (arrivals at a
rate, whoever else is still waiting), in one process or several.
"""

import asyncio
import gc
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace

import uvloop

from loadtest.client import PAUSE, Client
from loadtest.findings import Findings
from loadtest.script import Speaker, Style, arrivals
from loadtest.stream import now
from loadtest.wire import Target

WATCH_EVERY = 0.5  # seconds
RAMP = 1.0  # seconds over which a closed loop's clients begin, so that their turns do not go in step


@dataclass(frozen=True, slots=True)
class Plan:
    """ws, grpc: streams; contexts: streams that share a WebSocket; rate: arrivals per second, 0 for a closed loop;
    clears: barge-ins after which it is enough, 0 for all that `seconds` allow; number: of this process's first stream.
    """

    target: Target
    ws: int = 0
    grpc: int = 0
    seconds: float = 10.0
    style: Style = field(default_factory=Style)
    contexts: int = 1
    rate: float = 0.0
    clears: int = 0
    number: int = 0
    seed: int = 1

    def shares(self, processes: int) -> list["Plan"]:
        """The same load for several processes."""
        shares, number = [], self.number
        for index in range(processes):
            part = replace(
                self,
                ws=_share(self.ws, index, processes),
                grpc=_share(self.grpc, index, processes),
                clears=_share(self.clears, index, processes),
                rate=self.rate / processes,
                seed=self.seed + index,
                number=number,
            )
            shares.append(part)
            number += 1_000_000 if self.rate else part.ws + part.grpc  # an open loop numbers its arrivals
        return shares


def run(plan: Plan, processes: int, watch: Callable[[], None]) -> Findings:
    """Runs the plan in processes of its own and judges what was heard; calls `watch` twice a second meanwhile."""
    found = Findings()
    # gRPC does not survive a fork.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(_run_share, share) for share in plan.shares(processes)]
        while wait(running, timeout=WATCH_EVERY).not_done:
            watch()
        for future in running:
            found.add(future.result())
    return found


def _run_share(plan: Plan) -> Findings:
    gc.freeze()
    findings = uvloop.run(talk(plan))
    findings.judge()
    return findings


async def talk(plan: Plan) -> Findings:
    """Everything that one process's clients have found; Opus is still to be judged."""
    findings = Findings()
    start = now()

    def enough() -> bool:
        return now() >= start + plan.seconds or 0 < plan.clears <= len(findings.measures.clears)

    await (_open_loop if plan.rate else _closed_loop)(plan, findings, enough)
    findings.measures.elapsed = now() - start
    return findings


async def _closed_loop(plan: Plan, findings: Findings, enough: Callable[[], bool]) -> None:
    connections = _connections(plan)
    async with asyncio.TaskGroup() as group:
        for index, (target, numbers) in enumerate(connections):
            speakers = [Speaker(plan.style, number, plan.seed) for number in numbers]
            delay = min(RAMP, plan.seconds / 4) * index / len(connections)
            group.create_task(_come_again(target, speakers, delay, findings, enough))


def _connections(plan: Plan) -> list[tuple[Target, range]]:
    """Where each connection goes and which streams it carries."""
    middle = plan.number + plan.ws
    ws = [range(first, min(first + plan.contexts, middle)) for first in range(plan.number, middle, plan.contexts)]
    grpc = [range(number, number + 1) for number in range(middle, middle + plan.grpc)]
    return [(_only(plan.target, ws=True), each) for each in ws] + [
        (_only(plan.target, ws=False), each) for each in grpc
    ]


async def _come_again(
    target: Target, speakers: list[Speaker], delay: float, findings: Findings, enough: Callable[[], bool]
) -> None:
    """A client that connects again when its connection is lost."""
    await asyncio.sleep(delay)
    while not enough():
        await Client(f"s{speakers[0].stream}", target, findings).converse(speakers, enough)
        if not enough():
            await asyncio.sleep(PAUSE)


async def _open_loop(plan: Plan, findings: Findings, enough: Callable[[], bool]) -> None:
    """Each arrival connects, speaks one context and goes; WebSocket and gRPC in the proportion of `ws` and `grpc`."""
    start, both = now(), max(1, plan.ws + plan.grpc)
    async with asyncio.TaskGroup() as group:
        for number, moment in enumerate(arrivals(plan.rate, plan.seconds, plan.seed), plan.number):
            await asyncio.sleep(max(0.0, start + moment - now()))
            if enough():
                return
            target = _only(plan.target, ws=number % both >= plan.grpc)
            speaker = Speaker(plan.style, number, plan.seed, contexts=1)
            group.create_task(Client(f"s{number}", target, findings).converse([speaker], lambda: False))


def _only(target: Target, *, ws: bool) -> Target:
    return replace(target, grpc="") if ws else replace(target, url="")


def _share(total: int, index: int, processes: int) -> int:
    return total // processes + (index < total % processes)
