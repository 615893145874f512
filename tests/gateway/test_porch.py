import asyncio

import pytest

from gateway.errors import TooManyConnections
from gateway.porch import Porch


async def stand(porch, ready, inside):
    """Shows a key when `ready` is set."""
    async with porch.stand() as let_in:
        await ready.wait()
        let_in()
        await inside.wait()


async def test_who_has_stood_longest_makes_room():
    porch, never = Porch(places=1), asyncio.Event()
    first = asyncio.create_task(stand(porch, never, never))
    await asyncio.sleep(0)

    second = asyncio.create_task(stand(porch, never, never))
    with pytest.raises(TooManyConnections):
        await first

    assert len(porch) == 1
    second.cancel()


async def test_who_shows_a_key_in_the_instant_in_which_another_needs_the_place_is_inside():
    porch, key, end = Porch(places=1), asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(stand(porch, key, end))
    await asyncio.sleep(0)

    async def take_the_place():
        key.set()
        async with porch.stand() as let_in:
            let_in()
            await end.wait()

    second = asyncio.create_task(take_the_place())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not first.done()
    end.set()
    await asyncio.gather(first, second)
