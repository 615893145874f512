"""What a job is that is deleted before its end: cancelled, with all that belongs to that."""

from collections.abc import Awaitable, Callable

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.jobs.ending import CANCELLED, Announce, end


def cancelling(announce: Announce) -> Callable[[AsyncConnection, ColumnElement[bool], float], Awaitable[None]]:
    """Ends those of the jobs that have not ended, in a transaction of who deletes them."""

    async def cancel(connection: AsyncConnection, which: ColumnElement[bool], now: float) -> None:
        await end(connection, which, CANCELLED, now, announce)

    return cancel
