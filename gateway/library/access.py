"""Access codes of shares: made by the hundred, good for any number of times or some, exact under races."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import AccessCode, AccessCodes
from gateway.core.shelf.keep import Keep
from gateway.core.shelf.share_orders import EditAccessCode, MakeAccessCodes, RevokeAccessCode
from gateway.database.tables import access_code_batches, access_codes, shares
from gateway.database.writing import Writing
from gateway.errors import (
    IdempotencyKeyReuse,
    InvalidSetting,
    TooManyKept,
    UnknownAccessCode,
    UnknownShare,
    WrongAccessCode,
)
from gateway.library.secrets import digest_of, new_access_code, same
from gateway.library.shares import NOWHERE, own
from gateway.library.wording import is_name, title_of

MAX_BATCH, MAX_CODES = 1000, 10_000  # at once, and of a share
MAX_LABEL = 190  # characters of a prefix, so that the number behind it has room
MAX_USES = 1_000_000
MAX_KEY = 255
SHOWN = [access_codes.c[name] for name in AccessCode.__slots__]


class Access:
    def __init__(self, writing: Writing, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._clock = clock

    async def make(self, owner: str, wanted: MakeAccessCodes) -> AccessCodes:
        """From now on the share asks for a code. The same key with the same wish gives the same codes again."""
        wanted = _checked(wanted, self._clock())
        async with self._writing.begin() as connection:
            await self._lock(connection, owner, wanted.code)
            if wanted.key and not await self._is_first(connection, wanted):
                again = access_codes.c.share == wanted.code, access_codes.c.batch == wanted.key
                return AccessCodes(wanted.code, await _codes(connection, and_(*again)))
            counted = select(func.coalesce(func.max(access_codes.c.number), 0)).where(_of(wanted.code))
            first = (await connection.scalar(counted) or 0) + 1
            if first - 1 + wanted.count > MAX_CODES:
                raise TooManyKept(f"a share has at most {MAX_CODES} access codes")
            rows = [self._row(wanted, number) for number in range(first, first + wanted.count)]
            await connection.execute(insert(access_codes), rows)
        return AccessCodes(wanted.code, tuple(AccessCode(**{name: row[name] for name in _NAMES}) for row in rows))

    async def list(self, owner: str, share: str) -> AccessCodes:
        async with self._writing.engine.connect() as connection:
            if not (await connection.execute(select(shares.c.code).where(own(owner, share)))).first():
                raise UnknownShare(NOWHERE)
            return AccessCodes(share, await _codes(connection, _of(share)))

    async def edit(self, owner: str, wanted: EditAccessCode) -> AccessCode:
        said: dict[str, Any] = {}
        if not isinstance(wanted.label, Keep):
            said["label"] = title_of(wanted.label, "a label")
        if not isinstance(wanted.max_uses, Keep):
            said["max_uses"] = _uses(wanted.max_uses)
        if not isinstance(wanted.expires_at, Keep):
            said["expires_at"] = wanted.expires_at
        return await self._change(owner, wanted.code, wanted.access_code_id, said or {"uses": access_codes.c.uses})

    async def revoke(self, owner: str, wanted: RevokeAccessCode) -> AccessCode:
        at = func.coalesce(access_codes.c.revoked_at, self._clock())
        return await self._change(owner, wanted.code, wanted.access_code_id, {"revoked_at": at})

    async def redeem(self, share: str, typed: str) -> AccessCode:
        """Uses a code up by one. WrongAccessCode: it is none of this share, or not any more."""
        now, digest = self._clock(), digest_of(typed)
        good = _of(share), access_codes.c.digest == digest, _good(now)
        left = or_(access_codes.c.max_uses.is_(None), access_codes.c.uses < access_codes.c.max_uses)
        use = update(access_codes).where(*good, left).values(uses=access_codes.c.uses + 1).returning(*SHOWN)
        async with self._writing.begin() as connection:
            used = (await connection.execute(use)).first()
        if used is None or not same(digest_of(used.code), digest):
            raise WrongAccessCode("this access code is wrong, or used up, or too old")
        return _code(used)

    async def is_good(self, share: str, access_code_id: str) -> bool:
        """Whether who came in with it may stay."""
        which = _of(share), access_codes.c.id == access_code_id, _good(self._clock())
        async with self._writing.engine.connect() as connection:
            return (await connection.execute(select(access_codes.c.id).where(*which))).first() is not None

    async def _change(self, owner: str, share: str, access_code_id: str, values: dict[str, Any]) -> AccessCode:
        mine = _of(share), access_codes.c.id == access_code_id, _of_owner(owner, share)
        if is_name(access_code_id):
            async with self._writing.begin() as connection:
                changing = update(access_codes).where(*mine).values(values).returning(*SHOWN)
                if changed := (await connection.execute(changing)).first():
                    return _code(changed)
        raise UnknownAccessCode("there is no such access code")

    async def _lock(self, connection: AsyncConnection, owner: str, share: str) -> None:
        """Who makes codes of one share comes one after the other."""
        if not (await connection.execute(update(shares).where(own(owner, share)).values(protected=True))).rowcount:
            raise UnknownShare(NOWHERE)

    async def _is_first(self, connection: AsyncConnection, wanted: MakeAccessCodes) -> bool:
        asked = [wanted.count, wanted.label_prefix, wanted.max_uses, wanted.expires_at]
        digest = hashlib.sha256(repr(asked).encode(errors="replace")).hexdigest()
        row = {"share": wanted.code, "key": wanted.key, "digest": digest}
        if (await connection.execute(self._writing.insert_new(access_code_batches, **row))).rowcount:
            return True
        which = access_code_batches.c.share == wanted.code, access_code_batches.c.key == wanted.key
        if await connection.scalar(select(access_code_batches.c.digest).where(*which)) != digest:
            raise IdempotencyKeyReuse("this idempotency key came with another request")
        return False

    def _row(self, wanted: MakeAccessCodes, number: int) -> dict[str, Any]:
        code = new_access_code()
        return {
            "id": str(uuid4()),
            "share": wanted.code,
            "code": code,
            "digest": digest_of(code),
            "label": f"{wanted.label_prefix}-{number}" if wanted.label_prefix else str(number),
            "number": number,
            "batch": wanted.key or None,
            "uses": 0,
            "max_uses": wanted.max_uses,
            "created_at": self._clock(),
            "expires_at": wanted.expires_at,
            "revoked_at": None,
        }


_NAMES = AccessCode.__slots__


def _checked(wanted: MakeAccessCodes, now: float) -> MakeAccessCodes:
    """With its label's prefix as it is kept."""
    if not 1 <= wanted.count <= MAX_BATCH:
        raise InvalidSetting(f"count is from 1 to {MAX_BATCH}")
    prefix = title_of(wanted.label_prefix, "label_prefix")
    if len(prefix) > MAX_LABEL:
        raise InvalidSetting(f"label_prefix has at most {MAX_LABEL} characters")
    if len(wanted.key) > MAX_KEY or not wanted.key.isprintable():
        raise InvalidSetting(f"an idempotency key has 1 to {MAX_KEY} characters that can be printed")
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise InvalidSetting("expires_at is in the past")
    _uses(wanted.max_uses)
    return replace(wanted, label_prefix=prefix)


def _uses(most: int | None) -> int | None:
    if most is not None and not 1 <= most <= MAX_USES:
        raise InvalidSetting(f"max_uses is from 1 to {MAX_USES}, or null")
    return most


def _of(share: str) -> ColumnElement[bool]:
    return access_codes.c.share == share


def _of_owner(owner: str, share: str) -> ColumnElement[bool]:
    return access_codes.c.share.in_(select(shares.c.code).where(own(owner, share)))


def _good(now: float) -> ColumnElement[bool]:
    in_time = or_(access_codes.c.expires_at.is_(None), access_codes.c.expires_at > now)
    return and_(access_codes.c.revoked_at.is_(None), in_time)


async def _codes(connection: AsyncConnection, which: ColumnElement[bool]) -> tuple[AccessCode, ...]:
    query = select(*SHOWN).where(which).order_by(access_codes.c.number)
    return tuple(_code(row) for row in await connection.execute(query))


def _code(row: Row[Any]) -> AccessCode:
    return AccessCode(**{name: getattr(row, name) for name in _NAMES})
