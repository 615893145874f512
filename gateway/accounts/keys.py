"""API keys."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.accounts.plans import UNLIMITED, Scope
from gateway.accounts.secret import digest_of, new_secret
from gateway.database.tables import MAX_NAME, api_keys
from gateway.errors import InvalidSetting, Unauthenticated

KEY_PREFIX = "vg_"
SHOWN = len(KEY_PREFIX) + 5  # characters of a secret that are kept for display: 30 of its 256 bits
REMEMBERED = 3.0  # seconds that an answer of the database is believed; a revoked key must be out within 5


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """Times are seconds since 1970."""

    id: str
    name: str
    prefix: str
    created_at: float
    revoked_at: float | None = None
    plan: str = UNLIMITED
    scopes: tuple[Scope, ...] = ()  # empty: all


RECORD = tuple(api_keys.c[name] for name in ("id", "name", "prefix", "created_at", "revoked_at", "plan", "scopes"))


class KeyStore:
    """Several stores, in several processes, may share one database."""

    def __init__(self, database: AsyncEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._asking = asyncio.Lock()  # a storm of connections with one key is one question
        self._active: dict[str, tuple[KeyRecord, float]] = {}  # by digest and by id, only keys that exist: no growth
        self._any_keys = False
        self._asked_any_at = float("-inf")

    async def create(self, name: str, plan: str = UNLIMITED, scopes: Sequence[Scope] = ()) -> tuple[KeyRecord, str]:
        """The new key and its secret, which is not stored and cannot be shown again."""
        if not 0 < len(name) <= MAX_NAME:
            raise InvalidSetting(f"a key's name has 1 to {MAX_NAME} characters")
        secret = new_secret(KEY_PREFIX)
        record = KeyRecord(f"key_{secrets.token_hex(8)}", name, secret[:SHOWN], time.time(), None, plan, tuple(scopes))
        row = {**asdict(record), "scopes": " ".join(scopes)}
        async with self._database.begin() as connection:
            await connection.execute(insert(api_keys).values(digest=digest_of(secret), **row))
        self._any_keys = True
        return record, secret

    async def list(self) -> list[KeyRecord]:
        """All keys, also revoked ones, oldest first."""
        async with self._database.connect() as connection:
            rows = await connection.execute(select(*RECORD).order_by(api_keys.c.created_at))
            return [_record(row) for row in rows]

    async def revoke(self, key_id: str) -> bool:
        """False: there is no such key, or it is revoked already. Every process refuses it within 5 s."""
        which = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        async with self._database.begin() as connection:
            revoked = await connection.execute(update(api_keys).where(which).values(revoked_at=time.time()))
        self._active.clear()
        return bool(revoked.rowcount)

    async def any_keys(self) -> bool:
        """Whether a key was ever made. Revoking the last one must not open the door, so revoked ones count."""
        if self._must_ask_any():
            async with self._asking:
                if self._must_ask_any():
                    await self._ask_any()
        return self._any_keys

    async def verify(self, secret: str) -> KeyRecord:
        """The key that has this secret; Unauthenticated when there is none or it was revoked."""
        digest = digest_of(secret)
        record = await self._find(api_keys.c.digest, digest)
        if record is None:
            raise Unauthenticated("unknown or revoked API key")
        return record

    async def find(self, key_id: str) -> KeyRecord | None:
        """None: there is no such key, or it was revoked."""
        return await self._find(api_keys.c.id, key_id)

    async def is_active(self, key_id: str) -> bool:
        return await self.find(key_id) is not None

    async def _find(self, column: Column[str], value: str) -> KeyRecord | None:
        known = self._remembered(value)
        if known is not None:
            return known
        async with self._asking:
            return self._remembered(value) or await self._ask(column, value)

    def _must_ask_any(self) -> bool:
        return not self._any_keys and self._clock() - self._asked_any_at >= REMEMBERED

    async def _ask_any(self) -> None:
        asked_at = self._clock()
        async with self._database.connect() as connection:
            self._any_keys = (await connection.execute(select(api_keys.c.id).limit(1))).first() is not None
        self._asked_any_at = asked_at  # not before the answer: whoever comes meanwhile waits for it

    def _remembered(self, value: str) -> KeyRecord | None:
        record, asked_at = self._active.get(value, (None, 0.0))
        return record if self._clock() - asked_at < REMEMBERED else None

    async def _ask(self, column: Column[str], value: str) -> KeyRecord | None:
        asked_at = self._clock()  # before the answer: the key may be revoked while it is on its way
        self._active.pop(value, None)
        async with self._database.connect() as connection:
            which = (column == value) & api_keys.c.revoked_at.is_(None)
            rows = await connection.execute(select(*RECORD).where(which))
            row = rows.first()
        if row is None:
            return None
        self._active[value] = (_record(row), asked_at)
        return self._active[value][0]


def _record(row: Any) -> KeyRecord:
    id_, name, prefix, created_at, revoked_at, plan, scopes = row
    return KeyRecord(id_, name, prefix, created_at, revoked_at, plan, tuple(map(Scope, scopes.split())))
