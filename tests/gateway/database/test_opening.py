import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from gateway.accounts.keys import KeyStore
from gateway.config import ConfigError
from gateway.database.migrating import MIGRATIONS
from gateway.database.opening import STEPS, open_database, revision_of
from gateway.database.tables import metadata

OPEN = """
import asyncio, sys
from gateway.database.opening import open_database
from gateway.accounts.keys import KeyStore
async def main():
    print("ready", flush=True)
    sys.stdin.read()
    database = await open_database(sys.argv[1])
    await KeyStore(database).create("a")
    await database.dispose()
asyncio.run(main())
"""


async def tables_of(database):
    async with database.connect() as connection:
        return set(await connection.run_sync(lambda plain: inspect(plain).get_table_names()))


async def differences(database):
    """Between what the migrations made and what the program takes the tables to be."""
    async with database.connect() as connection:
        return await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain, opts={"compare_type": True}), metadata)
        )


async def test_the_tables_are_made_at_the_start(database):
    assert await tables_of(database) == {*metadata.tables, "alembic_version"}
    assert await differences(database) == []


def test_the_name_of_a_step_begins_with_its_revision_so_that_the_last_is_known_without_alembic():
    steps = [*ScriptDirectory(str(MIGRATIONS)).walk_revisions()]

    assert sorted(f"v{step.revision}" for step in steps) == sorted(path.name[:5] for path in STEPS.glob("v*.py"))
    assert steps[0].revision == max(step.revision for step in steps)


async def test_opening_again_keeps_what_is_there(database, url):
    record, _ = await KeyStore(database).create("a")
    again = await open_database(url)

    assert await KeyStore(again).list() == [record]
    await again.dispose()


async def test_a_database_from_before_there_were_migrations_keeps_its_keys(database, url):
    record, _ = await KeyStore(database).create("a")
    async with database.begin() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
        for table in reversed(metadata.sorted_tables):
            if table.name not in ("api_keys", "access_tokens"):
                await connection.execute(text(f"DROP TABLE {table.name}"))
        for table, columns in (("access_tokens", ("reusable", "path")), ("api_keys", ("plan", "scopes"))):
            for column in columns:
                await connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))  # which came with them
    again = await open_database(url)

    assert await KeyStore(again).list() == [record]
    assert await differences(again) == []
    await again.dispose()


def go_to(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    (command.upgrade if revision == "head" else command.downgrade)(config, revision)


@pytest.mark.slow
async def test_every_step_goes_back_and_forth(each_database):
    database = await open_database(each_database)
    record, _ = await KeyStore(database).create("a")
    for revision in ("0010", "head", "base", "head"):
        async with database.begin() as connection:
            await connection.run_sync(go_to, revision)
        if revision == "base":
            assert await tables_of(database) == {"alembic_version"}
        elif revision == "head":
            assert await differences(database) == []
        else:
            assert await KeyStore(database).list() == [record]
    await database.dispose()


async def test_where_the_operator_migrates_a_server_says_so_and_does_not_start(url):
    with pytest.raises(ConfigError, match="voxgate migrate"):
        await open_database(url, migrate=False)

    await (await open_database(url)).dispose()
    await (await open_database(url, migrate=False)).dispose()


async def test_a_database_of_a_newer_version_is_left_alone(database, url):
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigError, match="newer Voxgate"):
        await open_database(url)
    assert await revision_of(database) == "9999"


async def test_sqlite_lets_readers_and_a_writer_work_side_by_side(database):
    async with database.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA busy_timeout"))).scalar() == 5000


async def test_the_folder_of_the_database_is_for_its_owner_alone(database):
    assert Path(database.url.database).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
async def test_many_writers_at_once_all_get_through(database, url):
    other = await open_database(url)
    stores = [KeyStore(database), KeyStore(other)]
    await asyncio.gather(*(store.create("a") for store in stores for _ in range(20)))

    assert len(await stores[0].list()) == 40
    await other.dispose()


def open_together(url):
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    openers = [subprocess.Popen([sys.executable, "-c", OPEN, url], **pipes) for _ in range(4)]
    assert [opener.stdout.readline() for opener in openers] == [b"ready\n"] * 4
    for opener in openers:
        opener.stdin.close()
    for opener in openers:
        opener.stdout.close()
        assert opener.wait() == 0


@pytest.mark.slow
def test_processes_that_start_together_can_all_open_a_new_database(url):
    open_together(url)


@pytest.mark.slow
async def test_on_postgresql_too(postgres_url):
    await asyncio.to_thread(open_together, postgres_url)
    database = await open_database(postgres_url)

    assert len(await KeyStore(database).list()) == 4
    assert await differences(database) == []
    await database.dispose()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///x.db", "unknown+driver://h/d", "postgresql+asyncpg://h:x/d"])
async def test_a_database_that_cannot_be_used_is_refused_by_the_name_of_the_setting(url):
    with pytest.raises(ConfigError, match="VOXGATE_DATABASE_URL"):
        await open_database(url)


async def test_a_database_that_does_not_answer_is_refused_with_one_line():
    with pytest.raises(ConfigError, match=r"VOXGATE_DATABASE_URL: [^\n]*$"):
        await open_database("postgresql+asyncpg://me:hunter2@127.0.0.1:1/voxgate")


async def test_a_malformed_url_is_not_repeated_since_it_may_hold_a_password():
    with pytest.raises(ConfigError) as refused:
        await open_database("postgresql:/me:hunter2@host")

    assert "hunter2" not in str(refused.value)
