import itertools
from pathlib import Path

import pytest

from gateway.database.opening import open_database
from loadtest.postgres import cluster, missing

numbers = itertools.count()


@pytest.fixture
def url(tmp_path: Path):
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'voxgate.db'}"


@pytest.fixture
async def database(url):
    engine = await open_database(url)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres():
    if missing():
        pytest.skip(f"not on the PATH: {', '.join(missing())}")
    with cluster() as made:
        yield made


@pytest.fixture
async def postgres_url(postgres):
    return await postgres.new_database(f"test-{next(numbers)}")
