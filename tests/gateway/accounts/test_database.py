import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from gateway.accounts.database import open_database
from gateway.config import ConfigError

OPEN = """
import asyncio, sys
from gateway.accounts.database import open_database
from gateway.accounts.keys import KeyStore
async def main():
    print("ready", flush=True)
    sys.stdin.read()
    database = await open_database(sys.argv[1])
    await KeyStore(database).create("a")
    await database.dispose()
asyncio.run(main())
"""


async def test_the_tables_are_made_at_the_start(database):
    async with database.connect() as connection:
        names = await connection.run_sync(lambda plain: inspect(plain).get_table_names())

    assert sorted(names) == ["access_tokens", "api_keys"]


async def test_opening_again_keeps_what_is_there(keys, other_keys):
    record, _ = await keys.create("a")

    assert await other_keys.list() == [record]


async def test_sqlite_lets_readers_and_a_writer_work_side_by_side(database):
    async with database.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA busy_timeout"))).scalar() == 5000


async def test_the_folder_of_the_database_is_for_its_owner_alone(database):
    assert Path(database.url.database).parent.stat().st_mode & 0o777 == 0o700


async def test_many_writers_at_once_all_get_through(keys, other_keys):
    await asyncio.gather(*(store.create("a") for store in (keys, other_keys) for _ in range(20)))

    assert len(await keys.list()) == 40


@pytest.mark.slow
def test_processes_that_start_together_can_all_open_a_new_database(url):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    openers = [subprocess.Popen([sys.executable, "-c", OPEN, url], **pipes) for _ in range(4)]
    assert [opener.stdout.readline() for opener in openers] == [b"ready\n"] * 4
    for opener in openers:
        opener.stdin.close()

    for opener in openers:
        opener.stdout.close()
        assert opener.wait() == 0


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///x.db", "unknown+driver://h/d"])
async def test_a_database_that_cannot_be_used_is_refused_by_the_name_of_the_setting(url):
    with pytest.raises(ConfigError, match="VOXGATE_DATABASE_URL"):
        await open_database(url)


async def test_a_malformed_url_is_not_repeated_since_it_may_hold_a_password():
    with pytest.raises(ConfigError) as refused:
        await open_database("postgresql:/me:hunter2@host")

    assert "hunter2" not in str(refused.value)
