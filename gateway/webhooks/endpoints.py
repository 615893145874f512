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
        fresh: dict[str, Any] = {"url": url, "secret": new_secret(), "created_at": now, "old_until": 0.0}
        async with self._writing.begin() as connection:
            made = await connection.execute(self._writing.insert_new(endpoints, owner=owner, **fresh))
            if made.rowcount:
                return Endpoint(owner, url, fresh["secret"], now), True
            known = await find(connection, owner)
            assert known is not None, "it is there already, and nobody else writes"
            values: dict[str, Any] = {"url": url}
            if rotate:
                values |= {"secret": fresh["secret"], "old_secret": known.secret, "old_until": now + OVERLAP}
            await connection.execute(endpoints.update().where(endpoints.c.owner == owner).values(values))
            changed = await find(connection, owner)
            assert changed is not None, "it was written just now"
            return changed, rotate

    async def find(self, owner: str) -> Endpoint | None:
        async with self._writing.engine.connect() as connection:
            return await find(connection, owner)

    async def remove(self, owner: str) -> bool:
        """False: there was none."""
        async with self._writing.begin() as connection:
            removed = await connection.execute(delete(endpoints).where(endpoints.c.owner == owner))
            return bool(removed.rowcount)


async def find(connection: AsyncConnection, owner: str) -> Endpoint | None:
    columns = (endpoints.c[name] for name in ("owner", "url", "secret", "created_at", "old_secret", "old_until"))
    row = (await connection.execute(select(*columns).where(endpoints.c.owner == owner))).first()
    return Endpoint(*row) if row else None
