"""Each owner's webhook: where its events go, and the secret that signs them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database.tables import webhook_endpoints as endpoints
from gateway.database.writing import Writing
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.signing import new_secret

OVERLAP = 24 * 3600.0  # seconds for which a secret that was replaced still signs


@dataclass(frozen=True, slots=True)
class Endpoint:
    """secret: in hexadecimal; old_secret signs too, until then."""

    owner: str
    url: str
    secret: str
    created_at: float
    old_secret: str | None = None
    old_until: float = 0.0

    def keys(self, now: float) -> list[str]:
        return [self.secret, self.old_secret] if self.old_secret and now < self.old_until else [self.secret]


COLUMNS = tuple(endpoints.c[name] for name in Endpoint.__slots__)


class Endpoints:
    def __init__(self, writing: Writing, addresses: Addresses, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._addresses = addresses
        self._clock = clock

    async def set(self, owner: str, url: str, *, rotate: bool = False) -> tuple[Endpoint, bool]:
        """The owner's endpoint, and whether its secret is new, since only then it may be shown. Raises InvalidSetting.

        rotate: make a new secret; the old one goes on signing for a day beside it.
        """
        url, now = self._addresses.check(url), self._clock()
        fresh = {"owner": owner, "url": url, "secret": new_secret(), "created_at": now, "old_until": 0.0}
        changes: dict[str, Any] = {"url": url}
        if rotate:  # whoever else does so at this moment: each secret that was shown signs for its day
            changes |= {"secret": fresh["secret"], "old_secret": endpoints.c.secret, "old_until": now + OVERLAP}
        async with self._writing.begin() as connection:
            upsert = self._writing.upsert(endpoints, fresh, changes).returning(*COLUMNS)
            kept = Endpoint(*(await connection.execute(upsert)).one())
        return kept, kept.secret == fresh["secret"]

    async def find(self, owner: str) -> Endpoint | None:
        async with self._writing.engine.connect() as connection:
            return await find(connection, owner)

    async def remove(self, owner: str) -> bool:
        """False: there was none."""
        async with self._writing.begin() as connection:
            removed = await connection.execute(delete(endpoints).where(endpoints.c.owner == owner))
            return bool(removed.rowcount)


async def find(connection: AsyncConnection, owner: str) -> Endpoint | None:
    row = (await connection.execute(select(*COLUMNS).where(endpoints.c.owner == owner))).first()
    return Endpoint(*row) if row else None
