"""The SDK is loaded when the first model asks: with what it brings it takes 30 MB and a third of a second, and most
servers speak with no model. It is loaded on a thread, so that no stream waits for it.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

App = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Apps:
    """ASGI. plain: answers with JSON; events: with a stream of events, for who asks to hear of progress."""

    plain: App
    events: App


class Opening:
    """longest: bytes of a request's body."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._asked, self._ready = asyncio.Event(), asyncio.Event()
        self._apps: Apps | None = None

    async def run(self) -> None:
        """For as long as tools are served, in a task of its own: what the SDK enters must be left by the same task."""
        await self._asked.wait()
        async with await asyncio.to_thread(_prepare, self._longest) as self._apps:
            self._ready.set()
            await asyncio.Event().wait()

    async def apps(self) -> Apps:
        self._asked.set()
        await self._ready.wait()
        assert self._apps is not None, "they are there when they are ready"
        return self._apps


def _prepare(longest: int) -> AbstractAsyncContextManager[Apps]:
    from gateway.mcp.serving import prepare  # noqa: PLC0415 - the SDK, when it is asked for

    return prepare(longest)
