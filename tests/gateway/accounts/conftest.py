from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.accounts.keys import KeyStore
from gateway.database.opening import open_database


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def database(url: str) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def other_database(url: str) -> AsyncIterator[AsyncEngine]:
    """As another process of the server has it: an engine of its own on the same file."""
    engine = await open_database(url)
    yield engine
    await engine.dispose()


@pytest.fixture
def keys(database: AsyncEngine, clock: Clock) -> KeyStore:
    return KeyStore(database, clock)


@pytest.fixture
def other_keys(other_database: AsyncEngine, clock: Clock) -> KeyStore:
    return KeyStore(other_database, clock)
