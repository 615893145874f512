"""Short-lived tokens, for browsers: they cannot set headers, and a URL ends up in logs. Most are for one use."""

import time
from collections.abc import Callable

from sqlalchemy import delete, insert, select

from gateway.accounts.keys import KeyRecord, KeyStore
from gateway.accounts.secret import digest_of, new_secret
from gateway.database.errors import asked
from gateway.database.tables import access_tokens
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, KeysUnavailable, Unauthenticated

TOKEN_PREFIX = "vt_"  # noqa: S105 - no secret, only how one begins
MAX_LIFETIME = 3600.0  # Cartesia's maximum


class TokenStore:
    """Rows in the database that the keys are in, so that a token is used once over all processes."""

    def __init__(self, writing: Writing, keys: KeyStore, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._keys = keys
        self._clock = clock

    async def issue(self, key_id: str | None, lifetime: float, *, reusable: bool = False, path: str = "") -> str:
        """A token in the name of a key. None: of the anonymous caller; of no use once there are keys.

        lifetime: seconds. reusable: it is good until then, else once. path: it opens this one alone, for a link
        that is handed on; empty: any. Raises InvalidSetting, KeysUnavailable.
        """
        if not 0 < lifetime <= MAX_LIFETIME:
            raise InvalidSetting(f"a token lives more than 0 and at most {MAX_LIFETIME:g} seconds")
        token, now = new_secret(TOKEN_PREFIX), self._clock()
        row = {"digest": digest_of(token), "key_id": key_id, "expires_at": now + lifetime}
        with asked(_unanswered):
            async with self._writing.begin() as connection:
                await connection.execute(delete(access_tokens).where(access_tokens.c.expires_at <= now))
                await connection.execute(insert(access_tokens).values(**row, reusable=reusable, path=path))
        return token

    async def redeem(self, token: str, path: str = "") -> KeyRecord:
        """The key it was issued for; Unauthenticated when it is unknown, used, too old, or its key was revoked.

        path: what it shall open. One that is for another stays unused.
        """
        key_id = await self._take(token, path)
        record = await self._keys.find(key_id) if key_id else None
        if record is None:
            raise Unauthenticated("unknown, used or expired token")
        return record

    async def _take(self, token: str, path: str) -> str | None:
        """One statement both finds and removes the row, so of any number of racers one gets it."""
        which = (access_tokens.c.digest == digest_of(token)) & (access_tokens.c.expires_at > self._clock())
        which &= access_tokens.c.path.in_(("", path))
        async with self._writing.engine.connect() as connection:
            reusable = select(access_tokens.c.key_id).where(which, access_tokens.c.reusable)
            kept = (await connection.execute(reusable)).first()
        if kept is not None:
            return str(kept.key_id) if kept.key_id else None
        async with self._writing.begin() as connection:
            taken = await connection.execute(delete(access_tokens).where(which).returning(access_tokens.c.key_id))
            return taken.scalar()


def _unanswered() -> KeysUnavailable:
    return KeysUnavailable("no token can be kept at the moment; try again")
