import asyncio

import pytest

from gateway.watch import Watch


class Lateness:
    """How often it was told, and when."""

    def __init__(self):
        self.told = []
        self.news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __call__(self):
        self.told.append(self._loop.time())
        self.news.set()


@pytest.fixture
async def late():
    return Lateness()


@pytest.fixture
async def watch(late):
    watch = Watch(late)
    yield watch
    watch.close()


async def passed(seconds):
    """Until a timer that was set after all others has rung."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()


async def test_what_takes_too_long_is_told_once(watch, late):
    began = asyncio.get_running_loop().time()
    watch.begin(0.02)
    await late.news.wait()
    await passed(0.04)

    assert len(late.told) == 1
    assert late.told[0] - began >= 0.019


async def test_what_ends_in_time_is_not_told(watch, late):
    watch.begin(0.02)
    watch.end()
    await passed(0.04)

    assert not late.told


async def test_each_beginning_has_all_its_time(watch, late):
    loop = asyncio.get_running_loop()
    for _ in range(4):
        watch.begin(0.03)
        began = loop.time()
        await passed(0.015)
    await late.news.wait()

    assert late.told[0] - began >= 0.029


async def test_a_shorter_time_is_kept_although_a_longer_one_was_watched(watch, late):
    began = asyncio.get_running_loop().time()
    watch.begin(60.0)
    watch.end()
    watch.begin(0.02)
    await late.news.wait()

    assert late.told[0] - began < 30


async def test_it_can_begin_again_after_it_was_late(watch, late):
    watch.begin(0.01)
    await late.news.wait()
    late.news.clear()
    watch.begin(0.01)
    await late.news.wait()

    assert len(late.told) == 2


async def test_closed_it_says_nothing(watch, late):
    watch.begin(0.01)
    watch.close()
    await passed(0.03)

    assert not late.told
