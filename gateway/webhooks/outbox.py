"""Webhooks that are to be sent: written in the transaction of what they tell, so that neither is without the other.

A delivery is attempted up to eight times over about 38 hours, with the same id and the same bytes each time, so that a
receiver who hears it twice can tell. It ends once: DELIVERED or FAILED.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import Row, Select, case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.engine import is_sqlite
from gateway.database.tables import webhook_deliveries as deliveries
from gateway.database.writing import Writing
from gateway.webhooks.endpoints import find

# Seconds after each attempt but the last: 37.6 hours in all.
DELAYS = (30.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 72_000.0)
ATTEMPTS = len(DELAYS) + 1
CLAIM = 60.0  # seconds for which who has taken a delivery is believed to be at it; a call takes 15 at most
# Of one owner's at once, in each process: who has a receiver that hangs keeps nobody else's waiting.
PER_OWNER = 4
NOBODY: Mapping[str, int] = MappingProxyType({})
MAX_NOTE = 200  # characters of why an attempt failed


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """status: of the last reply, 0 for none; note: why the last attempt failed. Times are seconds since 1970."""

    id: str
    owner: str
    url: str
    event: str
    body: str
    state: State
    attempts: int
    status: int
    note: str
    created_at: float
    due_at: float | None
    unsigned: bool = False


COLUMNS = tuple(deliveries.c[name] for name in Delivery.__slots__)


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told. body: for JSON; url: checked, instead of the owner's own. unsigned: it goes there also when
    its owner has no webhook, whose secret would sign it.
    """

    owner: str
    event: str
    body: Any
    url: str = ""
    unsigned: bool = False


async def enqueue(connection: AsyncConnection, news: News, now: float) -> str | None:
    """The delivery's id; None: this owner has no webhook.

    Who has no webhook of his own gets none under another URL either, unless it may go unsigned.
    """
    endpoint = await find(connection, news.owner)
    if endpoint is None and not (news.unsigned and news.url):
        return None
    delivery_id = f"whd_{secrets.token_hex(12)}"
    row = {"id": delivery_id, "owner": news.owner, "url": news.url or (endpoint.url if endpoint else "")}
    state = {"state": State.PENDING, "attempts": 0, "status": 0, "note": "", "created_at": now, "due_at": now}
    state |= {"event": news.event, "unsigned": news.unsigned}
    text = msgspec.json.encode(news.body).decode()
    await connection.execute(insert(deliveries).values(**row, **state, body=text))
    return delivery_id


class Outbox:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    async def claim(self, now: float, most: int, busy: Mapping[str, int] = NOBODY) -> list[Delivery]:
        """Deliveries that are due, which nobody else takes for a while. Their attempt counts from now on.

        busy: how many of each owner's are being sent here; together with those no owner has more than PER_OWNER.
        """
        which = deliveries.c.id.in_(self._next(now, most, busy).scalar_subquery())
        taken = {"attempts": deliveries.c.attempts + 1, "due_at": now + CLAIM}
        async with self._writing.begin() as connection:
            rows = await connection.execute(update(deliveries).where(which).values(taken).returning(*COLUMNS))
            return _deliveries(rows.all())

    async def delivered(self, delivery: Delivery, status: int) -> None:
        await self._note(delivery, State.DELIVERED, status, "", None)

    async def missed(self, delivery: Delivery, status: int, note: str, now: float, jitter: float) -> None:
        """jitter: a factor, so that the receivers of a moment do not come back in one."""
        again = delivery.attempts < ATTEMPTS
        due_at = now + DELAYS[delivery.attempts - 1] * jitter if again else None
        await self._note(delivery, State.PENDING if again else State.FAILED, status, note, due_at)

    async def log(self, owner: str, limit: int = 50) -> list[Delivery]:
        """The owner's, newest first."""
        mine = select(*COLUMNS).where(deliveries.c.owner == owner)
        newest = mine.order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
        async with self._writing.engine.connect() as connection:
            return _deliveries((await connection.execute(newest)).all())

    def _next(self, now: float, most: int, busy: Mapping[str, int]) -> Select[Any]:
        """Ids. Whether one is due is asked again where its row is locked: another may have taken it since."""
        due = deliveries.c.due_at <= now
        rank = func.row_number().over(partition_by=deliveries.c.owner, order_by=deliveries.c.due_at)
        left = [(deliveries.c.owner == owner, PER_OWNER - sending) for owner, sending in busy.items()]
        room = case(*left, else_=PER_OWNER) if left else literal(PER_OWNER)
        full = [owner for owner, sending in busy.items() if sending >= PER_OWNER]
        others = deliveries.c.owner.not_in(full)
        ranked = select(deliveries.c.id, (room - rank).label("left")).where(due, others).subquery()
        within = deliveries.c.id.in_(select(ranked.c.id).where(ranked.c.left >= 0))
        found = select(deliveries.c.id).where(due, within).order_by(deliveries.c.due_at).limit(most)
        return found if is_sqlite(self._writing.engine) else found.with_for_update(skip_locked=True)

    async def _note(self, delivery: Delivery, state: State, status: int, note: str, due_at: float | None) -> None:
        """Only of the attempt that was claimed: if another has begun meanwhile, that one tells."""
        which = (deliveries.c.id == delivery.id) & (deliveries.c.attempts == delivery.attempts)
        # It may hold the receiver's own words, and PostgreSQL takes no NUL.
        told = "".join(each if each.isprintable() else " " for each in note[:MAX_NOTE])
        values = {"state": state, "status": status, "note": told, "due_at": due_at}
        async with self._writing.begin() as connection:
            await connection.execute(update(deliveries).where(which).values(values))


def _deliveries(rows: Sequence[Row[Any]]) -> list[Delivery]:
    return [Delivery(**{**dict(zip(Delivery.__slots__, row, strict=True)), "state": State(row.state)}) for row in rows]
