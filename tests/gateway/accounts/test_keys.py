import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event

from gateway.accounts.keys import REMEMBERED
from gateway.errors import InvalidSetting, Unauthenticated


def database_file(url):
    return url.removeprefix("sqlite+aiosqlite:///")


def count_questions(database):
    """Every statement that reaches the database from now on."""
    asked = []
    event.listen(database.sync_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    return asked


async def test_a_new_key_is_recognised_by_its_secret(keys):
    record, secret = await keys.create("phone bot")

    assert await keys.verify(secret) == record
    assert record.name == "phone bot"


async def test_a_secret_has_256_bits_and_only_its_beginning_is_kept_for_display(keys):
    record, secret = await keys.create("a")

    assert secret.startswith("vg_")
    assert len(secret) == len("vg_") + 43
    assert secret.startswith(record.prefix)
    assert len(record.prefix) == 8


async def test_the_database_does_not_hold_the_secret(keys, url):
    _, secret = await keys.create("a")

    with closing(sqlite3.connect(database_file(url))) as connection:
        assert secret not in str(connection.execute("select * from api_keys").fetchall())


@pytest.mark.parametrize("secret", ["", "vg_", "vg_" + "A" * 43, "\udcff", "x" * 100_000])
async def test_a_wrong_secret_is_refused(keys, secret):
    await keys.create("a")

    with pytest.raises(Unauthenticated):
        await keys.verify(secret)


async def test_a_key_of_another_process_is_accepted_at_once(keys, other_keys):
    record, secret = await keys.create("a")

    assert await other_keys.verify(secret) == record


async def test_a_revoked_key_is_refused_at_once_by_the_store_that_revoked_it(keys):
    record, secret = await keys.create("a")
    await keys.verify(secret)

    assert await keys.revoke(record.id)

    with pytest.raises(Unauthenticated):
        await keys.verify(secret)
    assert not await keys.is_active(record.id)


async def test_a_revoked_key_is_refused_by_other_processes_within_five_seconds(keys, other_keys, clock):
    record, secret = await keys.create("a")
    await other_keys.verify(secret)
    assert await other_keys.is_active(record.id)

    await keys.revoke(record.id)
    clock.now += REMEMBERED

    assert REMEMBERED < 5
    with pytest.raises(Unauthenticated):
        await other_keys.verify(secret)
    assert not await other_keys.is_active(record.id)


async def test_a_key_is_revoked_once(keys):
    record, _ = await keys.create("a")

    assert await keys.revoke(record.id)
    assert not await keys.revoke(record.id)
    assert not await keys.revoke("key_unknown")


async def test_keys_are_listed_in_the_order_of_their_making_also_revoked_ones(keys):
    first, _ = await keys.create("first")
    second, _ = await keys.create("second")
    await keys.revoke(first.id)

    listed = await keys.list()

    assert [record.id for record in listed] == [first.id, second.id]
    assert [record.revoked_at is None for record in listed] == [False, True]


@pytest.mark.slow
async def test_a_storm_of_connections_with_one_key_asks_the_database_once(keys, other_keys, other_database):
    _, secret = await keys.create("a")
    asked = count_questions(other_database)

    await asyncio.gather(*(other_keys.verify(secret) for _ in range(1000)))

    assert len(asked) == 1


async def test_there_are_no_keys_before_the_first(keys):
    assert not await keys.any_keys()


async def test_the_first_key_is_noticed_by_other_processes(keys, other_keys, clock):
    assert not await other_keys.any_keys()

    await keys.create("a")
    clock.now += REMEMBERED

    assert await other_keys.any_keys()


async def test_nobody_slips_in_while_the_first_answer_is_on_its_way(keys, other_keys):
    await keys.create("a")

    assert all(await asyncio.gather(*(other_keys.any_keys() for _ in range(100))))


async def test_revoking_the_last_key_does_not_open_the_door(keys, other_keys):
    record, _ = await keys.create("a")
    await keys.revoke(record.id)

    assert await other_keys.any_keys()


async def test_a_server_without_keys_seldom_asks_for_them(keys, database):
    asked = count_questions(database)

    for _ in range(100):
        await keys.any_keys()

    assert len(asked) == 1


@pytest.mark.parametrize("name", ["", "x" * 201])
async def test_a_key_needs_a_name_of_reasonable_length(keys, name):
    with pytest.raises(InvalidSetting):
        await keys.create(name)
