"""What every part of a gateway process stands on: its settings, its database, its numbers, its life.

A part is a file beside this one: it makes its objects, says what is to be closed in the end, and what is to be done
all the while. `life.py` puts the parts together; `routes.py` is where a part that speaks HTTP enters its paths.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from gateway.config import GatewayConfig
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.metrics import Metrics
from gateway.server.place import Place


@dataclass(frozen=True, slots=True)
class Ground:
    """stack: what is closed when all tasks have ended, the last first."""

    config: GatewayConfig
    place: Place
    metrics: Metrics
    writing: Writing
    stack: AsyncExitStack
    tasks: asyncio.TaskGroup
    _background: list[asyncio.Task[None]] = field(default_factory=list)

    def keep_doing(self, work: Coroutine[Any, Any, None]) -> None:
        """Until the streams have drained."""
        self._background.append(self.tasks.create_task(work))

    def rest(self) -> None:
        for task in self._background:
            task.cancel()


async def open_ground(
    config: GatewayConfig, place: Place, metrics: Metrics, stack: AsyncExitStack, tasks: asyncio.TaskGroup
) -> Ground:
    """Raises ConfigError: the database is of no use."""
    database = await open_database(config.database, migrate=config.migrate)
    stack.push_async_callback(database.dispose)
    return Ground(config, place, metrics, Writing(database), stack, tasks)
