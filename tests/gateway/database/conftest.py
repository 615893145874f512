import itertools
from pathlib import Path

import pytest

from gateway.database.opening import open_database

numbers = itertools.count()


@pytest.fixture
def url(tmp_path: Path):
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'voxgate.db'}"


@pytest.fixture
async def database(url):
    engine = await open_database(url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def postgres_url(postgres):
    return await postgres.new_database(f"test-{next(numbers)}")
