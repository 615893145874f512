"""Jobs over both databases, with the echo for workers."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gateway.core.events import Limits
from gateway.core.formats import AudioFormat
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.jobs.bells import Bells
from gateway.jobs.job import JobRequest
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.runner import Runner

ECHO = JobRequest("ann", output=AudioFormat("pcm_s16le", 8000))  # the audio is the text


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def url(each_database):
    return each_database


@pytest.fixture
async def open_writing(url):
    """As each process of a server has it."""
    engines = []

    async def open_one():
        engines.append(await open_database(url))
        return Writing(engines[-1])

    yield open_one
    for engine in engines:
        await engine.dispose()


@pytest.fixture
async def writing(open_writing):
    return await open_writing()


@pytest.fixture
def records(writing, clock):
    return Records(writing, clock)


@pytest.fixture
def leases(writing, clock):
    return Leases(writing, clock)


@pytest.fixture
def store(tmp_path):
    return AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))


@pytest.fixture
def echo():
    return ECHO


@dataclass
class Place:
    """One process that takes jobs in and speaks them."""

    gateway: Any
    writing: Writing
    store: AudioStore
    clock: Clock
    at_once: int = 2
    renew_every: float = 0.05
    first_pause: float = 0.0
    keep_from: int = 10_000
    bells: Bells = field(default_factory=Bells)

    def __post_init__(self):
        self.records = Records(self.writing, self.clock)
        self.leases = Leases(self.writing, self.clock)
        limits, synth, metrics = Limits(), self.gateway.synth, self.gateway.metrics
        self.jobs = Jobs(self.records, self.store, self.bells, synth, limits, metrics, link_life=60.0)
        runner = Runner(PatientSynth(synth, 0.01), self.gateway.encoders, metrics, limits, 5.0, live=False)
        urgent = replace(runner, synth=PatientSynth(synth, 0.01, urgent=True))
        self.workshop = Workshop(
            self.leases,
            self.store,
            runner,
            self.bells,
            metrics,
            self.at_once,
            urgent,
            self.renew_every,
            self.first_pause,
            last_word=0.3,
            keep_from=self.keep_from,
        )

    @asynccontextmanager
    async def working(self):
        async with asyncio.timeout(20):
            work = asyncio.create_task(self.workshop.run())
            try:
                yield
            finally:
                work.cancel()
                await asyncio.wait([work])
                if not work.cancelled():
                    work.result()

    async def submit(self, text, request=ECHO, **changes):
        return (await self.jobs.submit("me", replace(request, **changes), text)).job

    async def ended(self, job):
        return await self.jobs.wait("me", job.id, 10.0)

    async def audio(self, job):
        return b"".join([chunk async for chunk in self.jobs.follow("me", job.id)])


@pytest.fixture
async def new_place(gateway, open_writing, store, clock):
    async def make(**settings):
        return Place(gateway, await open_writing(), store, clock, **settings)

    return make


@pytest.fixture
async def place(new_place):
    return await new_place()
