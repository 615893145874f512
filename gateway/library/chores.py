"""Chores that one gateway of several does, each once in a while: a row says when, and who is at it."""

from uuid import uuid4

from sqlalchemy import update

from gateway.database.tables import chores
from gateway.database.writing import Writing

CLAIM = 60.0  # seconds for which who is at it is believed to live; a batch takes a fraction of one


class Chores:
    def __init__(self, writing: Writing, claim: float = CLAIM) -> None:
        self._writing = writing
        self._claim = claim
        self._me = str(uuid4())

    async def take(self, name: str, now: float) -> bool:
        """Whether it is due, and ours."""
        async with self._writing.begin() as connection:
            await connection.execute(self._writing.insert_new(chores, name=name, due_at=0.0, holder=""))
            due = update(chores).where(chores.c.name == name, chores.c.due_at <= now)
            taken = await connection.execute(due.values(due_at=now + self._claim, holder=self._me))
            return bool(taken.rowcount)

    async def keep(self, name: str, now: float) -> bool:
        """Whether it is still ours, and now for another while."""
        return await self._set(name, now + self._claim)

    async def finish(self, name: str, again_at: float) -> None:
        await self._set(name, again_at)

    async def _set(self, name: str, due_at: float) -> bool:
        mine = update(chores).where(chores.c.name == name, chores.c.holder == self._me)
        async with self._writing.begin() as connection:
            return bool((await connection.execute(mine.values(due_at=due_at))).rowcount)
