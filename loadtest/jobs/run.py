"""The run: clients submit, a hand kills, and in the end everything is counted, and heard."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from loadtest.jobs.account import month, owed
from loadtest.jobs.client import JobsClient
from loadtest.jobs.ledger import Ledger
from loadtest.jobs.place import Gateway, Place, open_place
from loadtest.jobs.plan import Fate, Plan
from loadtest.jobs.receiver import Receiver, listening
from loadtest.postgres import cluster
from loadtest.signature import SAMPLE_RATE, pcm

SUBMITTERS = 16
LISTENERS = 8
LOOK_EVERY = 1.0  # seconds
# A life between two deaths, seconds after it serves: from "nothing is taken yet" to some jobs done.
LIVES = (0.05, 4.0)
AFTER = 120.0  # seconds in which all must have ended when nobody is killed any more
# And in which all must have been told: a delivery that was refused, and whose sender was killed the next time, is tried
# again after five minutes.
TOLD_AFTER = 400.0
CANCELS_WITHIN = 3.0  # seconds
LISTENS_AGAIN = 0.1  # seconds after a stream has broken off
SECOND = 2 * SAMPLE_RATE  # bytes of audio


@dataclass(frozen=True, slots=True)
class Found:
    """heard: seconds of jobs that were to be cancelled."""

    plan: Plan
    ledger: Ledger
    receiver: Receiver
    kills: int
    seconds: float
    heard: float

    def summary(self) -> dict[str, Any]:
        ends = [end[0] for end in self.ledger.ends.values()]
        return {
            "jobs": len(self.ledger.promised),
            "kills": self.kills,
            "database": self.plan.database.partition(":")[0] or "sqlite",
            "gateways": self.plan.gateways,
            "seconds": round(self.seconds, 1),
            "ended": {state: ends.count(state) for state in sorted(set(ends))},
            "heard of cancelled": round(self.heard, 1),
            "webhooks": {"told": len(self.receiver.told), "heard": self.receiver.heard.total()},
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
        self._receiver = Receiver(self._ledger.note)
        self._kills = 0
        self._over = asyncio.Event()  # nobody watches any more
        self._heard: dict[str, int] = {}  # bytes, by jobs that are to be cancelled

    async def run(self) -> Found:
        started = time.monotonic()
        headers, timeout = {"Authorization": f"Bearer {self._place.key}"}, aiohttp.ClientTimeout(total=15.0)
        async with listening(self._receiver), aiohttp.ClientSession(timeout=timeout, headers=headers) as http:
            client = JobsClient(http, [gateway.url for gateway in self._place.gateways])
            self._receiver.secret = await client.set_webhook(self._receiver.url)
            async with asyncio.TaskGroup() as tasks:
                for first in range(SUBMITTERS):
                    tasks.create_task(self._submit(client, range(first, self._plan.jobs, SUBMITTERS), tasks))
                for index, gateway in enumerate(self._place.gateways):
                    tasks.create_task(self._kill(gateway, random.Random(f"{self._plan.seed}/kill/{index}")))  # noqa: S311
                watching = tasks.create_task(self._watch(client))
                tasks.create_task(self._stop_watching(watching))
            await self._judge(client)
        seconds, heard = time.monotonic() - started, sum(self._heard.values()) / SECOND
        return Found(self._plan, self._ledger, self._receiver, self._kills, seconds, heard)

    async def _submit(self, client: JobsClient, numbers: Sequence[int], tasks: asyncio.TaskGroup) -> None:
        for number in numbers:
            job_id = await client.submit(str(number), self._plan.body(number))
            self._ledger.accept(str(number), job_id)
            if self._plan.fate(number) is Fate.CANCELLED:
                tasks.create_task(self._cancel(client, number, job_id))

    async def _cancel(self, client: JobsClient, number: int, job_id: str) -> None:
        """At some moment after the submission, or after something of it is heard, if it does not end before."""
        chance = random.Random(f"{self._plan.seed}/cancel/{number}")  # noqa: S311 - no secret
        soon = chance.uniform(0.0, CANCELS_WITHIN)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self._plan.is_heard(number) else soon) as time_is_up:
                while not self._over.is_set() and job_id not in self._ledger.ends:
                    heard = 0
                    async for audio in client.listen(job_id):
                        if time_is_up.when() is None:
                            time_is_up.reschedule(asyncio.get_running_loop().time() + soon)
                        heard += len(audio)
                        self._heard[job_id] = max(self._heard.get(job_id, 0), heard)
                    await asyncio.sleep(LISTENS_AGAIN)
        await client.cancel(job_id)

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
        await _within(AFTER, lambda: not self._ledger.waiting)
        await _within(TOLD_AFTER, lambda: len(self._receiver.told) >= self._to_be_told)
        watching.cancel()
        self._over.set()

    @property
    def _to_be_told(self) -> int:
        return sum(end[0] != "cancelled" for end in self._ledger.ends.values())

    async def _judge(self, client: JobsClient) -> None:
        listed = [job async for job in client.all()]
        for job in listed:
            self._ledger.see(job)
        self._ledger.hear(self._receiver.told)
        await self._settle(listed)
        texts = {job_id: self._plan.text(int(key)) for key, job_id in self._ledger.promised.items()}
        completed = [job["id"] for job in listed if job["state"] == "completed"]
        async with asyncio.TaskGroup() as tasks:
            for first in range(LISTENERS):
                tasks.create_task(self._listen(client, completed[first::LISTENERS], texts))
        surplus = await asyncio.to_thread(_surplus, self._place.audio, completed)
        self._ledger.close({job["id"] for job in listed}, surplus, lambda key: self._plan.fate(int(key)).value)

    async def _settle(self, listed: Sequence[dict[str, Any]]) -> None:
        """Whether exactly that is paid which could be heard."""
        paid, due = await month(self._place.database), owed(listed)
        if paid != due:
            self._ledger.note("wrong bill", f"(characters, milliseconds) {paid} instead of {due}")
        for job in listed:
            heard, paid_for = self._heard.get(job["id"], 0) / SECOND, job["heard_seconds"]
            if job["state"] == "cancelled" and paid_for < round(heard, 3):
                self._ledger.note("heard for nothing", f"{job['id']}: {heard} s, and {paid_for} s are paid")

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


async def _within(seconds: float, holds: Callable[[], bool]) -> None:
    """Until it holds, and no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - what is waited for is in other processes
                await asyncio.sleep(LOOK_EVERY)
