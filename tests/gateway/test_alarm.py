import asyncio

import pytest
import uvloop

from gateway.alarm import Alarm


class Rings:
    """How often it was told, and when."""

    def __init__(self):
        self.told = []
        self.news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __call__(self):
        self.told.append(self._loop.time())
        self.news.set()


@pytest.fixture
async def rings():
    return Rings()


@pytest.fixture
async def alarm(rings):
    alarm = Alarm(rings)
    yield alarm
    alarm.close()


async def passed(seconds):
    """Until a timer that was set after all others has rung."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()


async def test_it_rings_once(alarm, rings):
    began = asyncio.get_running_loop().time()
    alarm.set_in(0.02)
    await rings.news.wait()
    await passed(0.04)

    assert len(rings.told) == 1
    assert rings.told[0] - began >= 0.019


async def test_what_is_cleared_in_time_does_not_ring(alarm, rings):
    alarm.set_in(0.02)
    alarm.clear()
    await passed(0.04)

    assert not rings.told


async def test_it_rings_at_the_time_that_was_set_last(alarm, rings):
    began = asyncio.get_running_loop().time()
    for seconds in (0.02, 0.04, 0.06):
        alarm.set(began + seconds)
    await rings.news.wait()

    assert rings.told[0] - began >= 0.06


async def test_an_earlier_time_is_kept_although_a_later_one_was_set(alarm, rings):
    began = asyncio.get_running_loop().time()
    alarm.set_in(60.0)
    alarm.clear()
    alarm.set_in(0.02)
    await rings.news.wait()

    assert rings.told[0] - began < 30


async def test_it_can_be_set_again_after_it_rang(alarm, rings):
    alarm.set_in(0.01)
    await rings.news.wait()
    rings.news.clear()
    alarm.set_in(0.01)
    await rings.news.wait()

    assert len(rings.told) == 2


async def test_closed_it_does_not_ring(alarm, rings):
    alarm.set_in(0.01)
    alarm.close()
    await passed(0.03)

    assert not rings.told


def test_a_time_that_is_over_rings_at_once_and_can_be_moved():
    """On uvloop, whose timer for such a time cannot tell when it rings."""

    async def talk():
        rings = Rings()
        alarm = Alarm(rings)
        alarm.set_in(-1.0)
        alarm.set_in(-2.0)
        await rings.news.wait()
        return rings.told

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert len(runner.run(talk())) == 1
