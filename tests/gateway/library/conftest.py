"""The library over both databases, with jobs as the workshop leaves them and files in a folder."""

import pytest
from sqlalchemy import text

from gateway.core.formats import AudioFormat
from gateway.database.opening import open_database
from gateway.database.tables import metadata
from gateway.database.writing import Writing
from gateway.jobs.job import JobError, JobRequest, StoredAudio
from gateway.jobs.leases import Leases
from gateway.jobs.records import Records
from gateway.library.library import Library
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from loadtest.postgres import USER


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def url(request, sqlite_url):
    if request.param == "sqlite":
        return sqlite_url
    # One for all tests: making and dropping one takes a second.
    url = f"postgresql+asyncpg://{USER}@127.0.0.1:{request.getfixturevalue('postgres').port}/postgres"
    database = await open_database(url)
    async with database.begin() as connection:
        await connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    await database.dispose()
    return url


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
def store(tmp_path):
    return AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))


@pytest.fixture
def library(writing, store, clock):
    return Library(writing, store, clock)


@pytest.fixture
def records(writing, clock):
    return Records(writing, clock)


class Making:
    """Jobs, from their beginning to their end."""

    def __init__(self, writing, store, clock):
        self.records, self.leases = Records(writing, clock), Leases(writing, clock)
        self.store, self.clock = store, clock

    async def submit(self, text="Hello there.", owner="me", encoding="mp3", **changes):
        request = JobRequest("ann", output=AudioFormat(encoding), **changes)
        return (await self.records.submit(owner, request, text)).job

    async def end(self, audio=b"x" * 1000, seconds=2.0):
        """All that wait; no audio: they fail."""
        for taken in await self.leases.take(1000):
            if not audio:
                assert await self.leases.fail(taken, JobError("internal_error", "no"))
                continue
            path = f"{taken.folder}/{taken.job.request.file}"
            await self.store.put(path, audio)
            assert await self.leases.complete(taken, StoredAudio(path, len(audio), seconds))

    async def job(self, text="Hello there.", *, audio=b"x" * 1000, seconds=2.0, **settings):
        """The id of one that has ended."""
        job = await self.submit(text, **settings)
        self.clock.now += 1.0
        await self.end(audio, seconds)
        return job.id


@pytest.fixture
def making(writing, store, clock):
    return Making(writing, store, clock)
