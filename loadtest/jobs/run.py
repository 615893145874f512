"""The run: clients submit, a hand kills, and in the end everything is counted, and heard."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from loadtest.jobs.client import JobsClient
from loadtest.jobs.ledger import Ledger
from loadtest.jobs.place import Gateway, Place, open_place
from loadtest.phrases import SENTENCES
from loadtest.postgres import cluster
from loadtest.signature import pcm

SUBMITTERS = 16
LISTENERS = 8
LOOK_EVERY = 1.0  # seconds
# A life between two deaths, seconds after it serves: from "nothing is taken yet" to some jobs done.
LIVES = (0.05, 4.0)
AFTER = 120.0  # seconds in which all must have ended when nobody is killed any more


@dataclass(frozen=True, slots=True)
class Plan:
    """database: empty for SQLite."""

    jobs: int = 200
    kills: int = 20
    gateways: int = 2
    at_once: int = 4
    pace: float = 0.1
    database: str = ""
    seed: int = 1

    def text(self, number: int) -> str:
        """Of a few words to a few sentences, each job's own."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - no secret
        return f"{number}. " + " ".join(chance.choice(SENTENCES) for _ in range(chance.choice((1, 1, 2, 4))))


@dataclass(frozen=True, slots=True)
class Found:
    plan: Plan
    ledger: Ledger
    kills: int
    seconds: float

    def summary(self) -> dict[str, Any]:
        ends = [end[0] for end in self.ledger.ends.values()]
        return {
            "jobs": len(self.ledger.promised),
            "kills": self.kills,
            "database": self.plan.database.partition(":")[0] or "sqlite",
            "gateways": self.plan.gateways,
            "seconds": round(self.seconds, 1),
            "ended": {state: ends.count(state) for state in sorted(set(ends))},
            "attempts": {str(attempts): count for attempts, count in sorted(self.ledger.attempts.items())},
            "faults": dict(self.ledger.faults),
            "examples": self.ledger.examples,
        }


def run(plan: Plan) -> Found:
    with open_place(plan.gateways, plan.pace, plan.at_once, plan.database) as place:
        return asyncio.run(_Run(plan, place).run())


def run_on_postgres(plan: Plan) -> Found:
    """With a PostgreSQL of its own."""
    with cluster() as server:
        return run(replace(plan, database=asyncio.run(server.new_database("jobs"))))


class _Run:
    def __init__(self, plan: Plan, place: Place) -> None:
        self._plan = plan
        self._place = place
        self._ledger = Ledger()
        self._kills = 0

    async def run(self) -> Found:
        started = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=15.0)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            client = JobsClient(http, [gateway.url for gateway in self._place.gateways])
            async with asyncio.TaskGroup() as tasks:
                for first in range(SUBMITTERS):
                    tasks.create_task(self._submit(client, range(first, self._plan.jobs, SUBMITTERS)))
                for index, gateway in enumerate(self._place.gateways):
                    tasks.create_task(self._kill(gateway, random.Random(f"{self._plan.seed}/kill/{index}")))  # noqa: S311
                watching = tasks.create_task(self._watch(client))
                tasks.create_task(self._stop_watching(watching))
            await self._judge(client)
        return Found(self._plan, self._ledger, self._kills, time.monotonic() - started)

    async def _submit(self, client: JobsClient, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._ledger.accept(str(number), await client.submit(str(number), self._plan.text(number)))

    async def _kill(self, gateway: Gateway, chance: random.Random) -> None:
        """Its share of the kills; then it lives."""
        while self._kills < self._plan.kills:
            await _until(gateway.ready)
            await asyncio.sleep(chance.uniform(*LIVES))
            if self._kills >= self._plan.kills:
                return
            self._kills += 1
            await asyncio.to_thread(gateway.kill)
            gateway.start()

    async def _watch(self, client: JobsClient) -> None:
        """Notes every end as it is first seen, and whether it stays."""
        while True:
            async for job in client.all():
                self._ledger.see(job)
            await asyncio.sleep(LOOK_EVERY)

    async def _stop_watching(self, watching: "asyncio.Task[None]") -> None:
        """When all have ended, or too long after the last kill."""
        while self._kills < self._plan.kills or len(self._ledger.promised) < self._plan.jobs:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
        with suppress(TimeoutError):
            async with asyncio.timeout(AFTER):
                while self._ledger.waiting:  # noqa: ASYNC110 - what is waited for is in other processes
                    await asyncio.sleep(LOOK_EVERY)
        watching.cancel()

    async def _judge(self, client: JobsClient) -> None:
        listed = {}
        async for job in client.all():
            self._ledger.see(job)
            listed[job["id"]] = job["state"]
        texts = {job_id: self._plan.text(int(key)) for key, job_id in self._ledger.promised.items()}
        completed = [job_id for job_id, state in listed.items() if state == "completed"]
        async with asyncio.TaskGroup() as tasks:
            for first in range(LISTENERS):
                tasks.create_task(self._listen(client, completed[first::LISTENERS], texts))
        self._ledger.close(set(listed), await asyncio.to_thread(_surplus, self._place.audio, completed))

    async def _listen(self, client: JobsClient, job_ids: Sequence[str], texts: dict[str, str]) -> None:
        for job_id in job_ids:
            if await client.audio(job_id) != pcm(texts.get(job_id, "")):
                self._ledger.note("wrong audio", f"{job_id}: {texts.get(job_id)!r}")


def _surplus(audio: Path, completed: Sequence[str]) -> set[str]:
    """Files that should not be: halves, parts, and what belongs to no completed job. One file for each job."""
    files = [path.relative_to(audio) for path in audio.glob("jobs/**/*") if path.is_file()]
    kept: set[str] = set()
    surplus = set()
    for file in files:
        job_id = file.parts[1]
        if job_id not in completed or job_id in kept or file.name != "audio.pcm":
            surplus.add(str(file))
        kept.add(job_id)
    return surplus


async def _until(holds: Any) -> None:
    while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - in another process
        await asyncio.sleep(0.05)
