"""Transactions that write."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database.engine import is_sqlite


class Writing:
    """SQLite has one writer at a time, and who waits for it there does so by polling (measured: twice as slow with 300
    at once). So the writers of a process queue here, and only other processes are waited for there.

    A transaction's first statement must be one that writes: SQLite lets nobody write who has read an older state.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._turn = asyncio.Lock() if is_sqlite(engine) else nullcontext()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Commits at the end of the block, or not at all."""
        async with self._turn, self.engine.begin() as connection:
            yield connection

    def insert_new(self, table: Table, **values: Any) -> Any:
        """An insert that does nothing where the row exists; its rowcount says which it was."""
        return self._insert(table, values).on_conflict_do_nothing()

    def upsert(self, table: Table, values: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
        """An insert that changes the row where there is one with this primary key: one statement, so nobody comes
        between. changes: values, or expressions of what the row has.
        """
        return self._insert(table, values).on_conflict_do_update(index_elements=table.primary_key, set_=dict(changes))

    def _insert(self, table: Table, values: Mapping[str, Any]) -> Any:
        dialect = sqlite if is_sqlite(self.engine) else postgresql
        return dialect.insert(table).values(**values)
