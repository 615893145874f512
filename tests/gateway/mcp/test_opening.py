"""What is loaded when a model first asks."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from gateway.errors import InternalError
from gateway.mcp.opening import Apps, Opening


async def served(opening, *asks):
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(opening.run())
        answers = await asyncio.gather(*(ask() for ask in asks), return_exceptions=True)
        running.cancel()
    return answers


async def test_it_is_loaded_once_whoever_asks():
    loaded = []

    @asynccontextmanager
    async def apps():
        yield Apps(plain=print, events=print)

    def prepare(longest):
        loaded.append(longest)
        return apps()

    opening = Opening(100, prepare)
    first, second = await served(opening, opening.apps, opening.apps)

    assert first is second
    assert loaded == [100]


async def test_what_cannot_be_loaded_fails_who_asks_and_nobody_else():
    def prepare(_longest):
        raise ImportError("it is being replaced")

    opening = Opening(100, prepare)
    answers = await served(opening, opening.apps, opening.apps)

    assert [type(answer) for answer in answers] == [InternalError, InternalError]
    with pytest.raises(InternalError):
        await opening.apps()
