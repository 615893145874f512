import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from gateway.accounts.tokens import TokenStore
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, Unauthenticated

REDEEM = """
import asyncio, sys
from gateway.database.opening import open_database
from gateway.accounts.keys import KeyStore
from gateway.accounts.tokens import TokenStore
from gateway.database.writing import Writing
from gateway.errors import Unauthenticated
async def wins(tokens, token):
    try:
        await tokens.redeem(token)
    except Unauthenticated:
        return 0
    return 1
async def main():
    print("ready", flush=True)
    issued = sys.stdin.read().split()
    database = await open_database(sys.argv[1])
    store = TokenStore(Writing(database), KeyStore(database))
    print(sum([await wins(store, token) for token in issued]))
    await database.dispose()
asyncio.run(main())
"""


@pytest.fixture
def tokens(database, keys, clock):
    return TokenStore(Writing(database), keys, clock)


@pytest.fixture
def other_tokens(other_database, other_keys, clock):
    return TokenStore(Writing(other_database), other_keys, clock)


async def redeemed(store, token):
    try:
        await store.redeem(token)
    except Unauthenticated:
        return False
    return True


async def test_a_token_stands_for_its_key(keys, tokens, other_tokens):
    record, _ = await keys.create("a")

    assert await other_tokens.redeem(await tokens.issue(record.id, 60)) == record


async def test_a_token_is_good_once(keys, tokens, other_tokens):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, 60)

    assert await redeemed(tokens, token)
    assert not await redeemed(tokens, token)
    assert not await redeemed(other_tokens, token)


@pytest.mark.parametrize("reusable", [False, True])
async def test_a_token_for_a_path_opens_no_other_and_is_not_used_up_by_trying(keys, tokens, reusable):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, 60, reusable=reusable, path="/jobs/one/stream")

    for other in ("", "/jobs", "/jobs/two/stream"):
        with pytest.raises(Unauthenticated):
            await tokens.redeem(token, other)
    assert await tokens.redeem(token, "/jobs/one/stream") == record


async def test_a_token_for_no_path_opens_any(keys, tokens):
    record, _ = await keys.create("a")

    assert await tokens.redeem(await tokens.issue(record.id, 60), "/v1/speech") == record


@pytest.mark.slow
async def test_of_many_racers_exactly_one_gets_in(keys, tokens, other_tokens):
    record, _ = await keys.create("a")

    for _ in range(5):
        token = await tokens.issue(record.id, 60)
        racers = (redeemed(store, token) for store in (tokens, other_tokens) for _ in range(10))
        assert sum(await asyncio.gather(*racers)) == 1


@pytest.mark.slow
async def test_of_racing_processes_exactly_one_gets_in_with_each_token(url, database, keys):
    record, _ = await keys.create("a")
    store = TokenStore(Writing(database), keys)
    issued = [await store.issue(record.id, 60) for _ in range(100)]
    command = [sys.executable, "-c", REDEEM, url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    racers = [subprocess.Popen(command, **pipes) for _ in range(3)]  # noqa: ASYNC220 - nothing else runs in this loop
    assert [racer.stdout.readline() for racer in racers] == ["ready\n"] * 3
    for racer in racers:
        racer.stdin.write("\n".join(issued))
        racer.stdin.close()

    won = [int(racer.stdout.read()) for racer in racers]

    for racer in racers:
        racer.stdout.close()
        assert racer.wait() == 0
    assert sum(won) == 100


async def test_a_token_is_refused_when_its_time_is_over(keys, tokens, clock):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, lifetime=60)

    clock.now += 60

    assert not await redeemed(tokens, token)


async def test_expired_tokens_are_swept_when_a_new_one_is_issued(keys, tokens, clock, url):
    record, _ = await keys.create("a")
    for _ in range(10):
        await tokens.issue(record.id, lifetime=60)

    clock.now += 61
    await tokens.issue(record.id, lifetime=60)

    with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))) as connection:
        assert connection.execute("select count(*) from access_tokens").fetchone() == (1,)


async def test_the_token_of_a_revoked_key_is_refused(keys, tokens):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, 60)

    await keys.revoke(record.id)

    assert not await redeemed(tokens, token)


async def test_an_anonymous_token_is_of_no_use(tokens):
    assert not await redeemed(tokens, await tokens.issue(None, 60))


async def test_the_database_does_not_hold_the_token(keys, tokens, url):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, 60)

    with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))) as connection:
        assert token not in str(connection.execute("select * from access_tokens").fetchall())


@pytest.mark.parametrize("lifetime", [0, -1, 3601, float("nan"), float("inf")])
async def test_a_token_lives_at_most_an_hour(tokens, lifetime):
    with pytest.raises(InvalidSetting):
        await tokens.issue(None, lifetime)


async def test_a_reusable_token_is_good_until_it_is_too_old(keys, tokens, clock):
    record, _ = await keys.create("a")
    token = await tokens.issue(record.id, 60, reusable=True)

    assert await redeemed(tokens, token)
    assert await redeemed(tokens, token)
    clock.now += 60
    assert not await redeemed(tokens, token)
