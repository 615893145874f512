"""The SDK is loaded when the first model asks: with what it brings it takes 30 MB and a third of a second, and most
servers speak with no model. It is loaded on a thread, so that no stream waits for it.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.errors import InternalError

App = Callable[[Any, Any, Any], Any]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Apps:
    """ASGI. plain: answers with JSON; events: with a stream of events, for who asks to hear of progress."""

    plain: App
    events: App


Prepare = Callable[[int], AbstractAsyncContextManager[Apps]]


class Opening:
    """longest: bytes of a request's body; prepare: how they are made, if not with the SDK."""

    def __init__(self, longest: int, prepare: Prepare | None = None) -> None:
        self._longest = longest
        self._asked, self._ready = asyncio.Event(), asyncio.Event()
        self._apps: Apps | None = None
        self._prepare = prepare or _prepare

    async def run(self) -> None:
        """For as long as tools are served, in a task of its own: what the SDK enters must be left by the same task.

        An SDK that cannot be loaded, as when it is being replaced, is the failure of who asks for tools, and of no
        stream beside.
        """
        await self._asked.wait()
        try:
            prepared = await asyncio.to_thread(self._prepare, self._longest)
        except Exception:
            log.exception("mcp_cannot_be_loaded")
            self._ready.set()
            return
        async with prepared as self._apps:
            self._ready.set()
            await asyncio.Event().wait()

    async def apps(self) -> Apps:
        """Raises InternalError."""
        self._asked.set()
        await self._ready.wait()
        if self._apps is None:
            raise InternalError("what speaks MCP cannot be loaded here")
        return self._apps


def _prepare(longest: int) -> AbstractAsyncContextManager[Apps]:
    from gateway.mcp.serving import prepare  # noqa: PLC0415 - the SDK, when it is asked for

    return prepare(longest)
