"""What races in one database and not in the other."""

import asyncio
from collections import Counter

import pytest

from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import PER_OWNER, News, Outbox, enqueue

URL = "https://example.com/hook"


@pytest.fixture
async def processes(each_database):
    """Four of them."""
    engines = [await open_database(each_database) for _ in range(4)]
    yield [Writing(engine) for engine in engines]
    for engine in engines:
        await engine.dispose()


async def test_whoever_sets_a_webhook_at_the_same_time_makes_one_and_one_secret_is_shown(processes, clock):
    made = [Endpoints(writing, Addresses(), clock) for writing in processes]

    answers = await asyncio.gather(*(each.set("a", f"{URL}/{n}") for n, each in enumerate(made * 5)))

    assert sum(fresh for _, fresh in answers) == 1
    assert {endpoint.secret for endpoint, _ in answers} == {(await made[0].find("a")).secret}


async def test_whoever_rotates_at_the_same_time_leaves_the_last_two_secrets(processes, clock):
    made = [Endpoints(writing, Addresses(), clock) for writing in processes]
    await made[0].set("a", URL)

    answers = await asyncio.gather(*(each.set("a", URL, rotate=True) for each in made))

    assert all(fresh for _, fresh in answers)
    replaced = {endpoint.old_secret for endpoint, _ in answers}
    assert len(replaced) == len(made), "each replaced another one"
    last = await made[0].find("a")
    assert last.secret not in replaced


@pytest.mark.slow
async def test_a_webhook_that_is_set_and_removed_at_the_same_time_is_there_or_not(processes, clock):
    made = [Endpoints(writing, Addresses(), clock) for writing in processes]
    for _ in range(10):
        await asyncio.gather(*(each.set("a", URL) for each in made), *(each.remove("a") for each in made))


async def test_no_owner_has_more_taken_than_may_be_sent_at_once_and_nothing_is_taken_twice(processes, clock):
    writing = processes[0]
    await Endpoints(writing, Addresses(), clock).set("a", URL)
    await Endpoints(writing, Addresses(), clock).set("b", URL)
    async with writing.begin() as connection:
        for number in range(40):
            await enqueue(connection, News("ab"[number % 2], "webhook.test", {}), clock())

    taken = await asyncio.gather(*(Outbox(each).claim(clock(), 100) for each in processes))
    more = await Outbox(writing).claim(clock(), 100, {"a": PER_OWNER - 1, "b": PER_OWNER})

    assert all(max(Counter(delivery.owner for delivery in each).values(), default=0) <= PER_OWNER for each in taken)
    assert [delivery.owner for delivery in more] == ["a"]
    ids = [delivery.id for each in (*taken, more) for delivery in each]
    assert len(ids) == len(set(ids))
