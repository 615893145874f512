import asyncio
from contextlib import closing

import pytest

from gateway.heartbeats import Heartbeats, beat


@pytest.fixture
def path(tmp_path):
    return tmp_path / "beats"


@pytest.fixture
def hearts(path):
    with closing(Heartbeats(path)) as listening:
        yield listening


async def beat_once(path, slot):
    beating = asyncio.create_task(beat(path, slot))
    await asyncio.sleep(0)
    beating.cancel()


async def test_a_sign_counts_once_and_for_who_gave_it(hearts, path):
    await beat_once(path, 1)

    assert [await hearts.heard(slot) for slot in (0, 1, 1)] == [False, True, False]
    await beat_once(path, 0)
    await beat_once(path, 11)
    assert [await hearts.heard(slot) for slot in (0, 1, 11)] == [True, False, True]


async def test_what_a_process_said_before_it_died_is_no_sign_of_the_next(hearts, path):
    await beat_once(path, 1)
    await beat_once(path, 2)
    assert await hearts.heard(2)
    await beat_once(path, 1)
    await beat_once(path, 2)

    hearts.forget(1)
    assert [await hearts.heard(slot) for slot in (1, 2)] == [False, True]


async def test_nobody_waits_for_a_parent_that_does_not_read(hearts, path):
    for _ in range(2_000):  # more than a queue of datagrams holds
        await beat_once(path, 3)

    assert [await hearts.heard(3) for _ in range(2)] == [True, False]


async def test_a_parent_that_is_gone_is_no_reason_to_fail(path):
    beating = asyncio.create_task(beat(path, 0))
    await asyncio.sleep(0)

    assert not beating.done()
    beating.cancel()
