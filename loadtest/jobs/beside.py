"""Live streams beside a backlog of jobs, and without: the same streams, the same server, one after the other."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from loadtest.bench import Bench
from loadtest.fleet import Plan
from loadtest.jobs.client import JobsClient
from loadtest.jobs.plan import RAW
from loadtest.measure import summarise
from loadtest.phrases import SENTENCES
from loadtest.processes import Server
from loadtest.report import Load

SUBMITTERS = 16


@dataclass(frozen=True, slots=True)
class Beside:
    """left: jobs that had not ended when the streams had."""

    alone: Load
    beside: Load
    jobs: int
    left: int

    @property
    def ratio(self) -> float:
        """Of the 99th percentiles of the gaps between audio messages."""
        return summarise(self.beside.measures.gaps).p99 / summarise(self.alone.measures.gaps).p99

    def summary(self) -> dict[str, Any]:
        loads = {load.name: load.summary() for load in (self.alone, self.beside)}
        return {"gap_p99_ratio": round(self.ratio, 3), "jobs": self.jobs, "left": self.left, **loads}


def compare(server: Server, plan: Plan, jobs: int) -> Beside:
    bench = Bench(floor_seconds=0)
    alone = bench.compare("alone", plan, server.pid).load
    url = server.url.replace("ws://", "http://")
    asyncio.run(_submit(url, jobs))
    beside = bench.compare(f"beside {jobs} jobs", plan, server.pid).load
    return Beside(alone, beside, jobs, asyncio.run(_left(url)))


async def _submit(url: str, jobs: int) -> None:
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
        client = JobsClient(http, [url])

        async def submit(numbers: range) -> None:
            for number in numbers:
                text = " ".join(SENTENCES[(number + more) % len(SENTENCES)] for more in range(4))
                await client.submit(json.dumps(["beside", number]), {"text": text, **RAW})

        for first in range(SUBMITTERS):
            tasks.create_task(submit(range(first, jobs, SUBMITTERS)))


async def _left(url: str) -> int:
    async with aiohttp.ClientSession() as http:
        return len([job async for job in JobsClient(http, [url]).all() if job["state"] != "completed"])
