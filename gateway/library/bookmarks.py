"""Bookmarks as rows: where somebody has got to in what a link leads to, his own or not."""

import math
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Bookmark, Bookmarks, Done
from gateway.core.shelf.keep import Keep
from gateway.core.shelf.share_orders import KeepBookmark
from gateway.database.tables import bookmarks, shares, tracks
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, TooManyKept, UnknownBookmark
from gateway.library.shares import ShareRecords
from gateway.library.wording import is_name

MAX_BOOKMARKS = 1000  # of an owner; they are listed in one go
MAX_SECONDS = 1e6  # eleven days of audio
MAX_TRACK = 10_000


class BookmarkRecords:
    def __init__(self, writing: Writing, shared: ShareRecords, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._shared = shared
        self._clock = clock

    async def keep(self, owner: str, wanted: KeepBookmark) -> Bookmark:
        """Keeping it again changes the place alone. UnknownShare: the link leads nowhere."""
        said, now = _said(wanted), self._clock()
        await self._shared.find_live(wanted.code)
        new = {"owner": owner, "share": wanted.code, "track": 1, "seconds": 0.0, "created_at": now, "updated_at": now}
        which = and_(bookmarks.c.owner == owner, bookmarks.c.share == wanted.code)
        async with self._writing.begin() as connection:
            made = (await connection.execute(self._writing.insert_new(bookmarks, **{**new, **said}))).rowcount
            if made and await _count(connection, owner) > MAX_BOOKMARKS:
                raise TooManyKept(f"at most {MAX_BOOKMARKS} bookmarks")
            if not made and said:
                await connection.execute(update(bookmarks).where(which).values(**said, updated_at=now))
            found = (await connection.execute(_shown(now).where(which))).first()
        if found is None:
            raise UnknownBookmark("the bookmark was taken away at this moment")
        return _bookmark(found, owner)

    async def list(self, owner: str) -> Bookmarks:
        """The latest first."""
        latest = bookmarks.c.updated_at.desc(), bookmarks.c.share
        async with self._writing.engine.connect() as connection:
            query = _shown(self._clock()).where(bookmarks.c.owner == owner).order_by(*latest)
            return Bookmarks(tuple(_bookmark(row, owner) for row in await connection.execute(query)))

    async def drop(self, owner: str, code: str) -> Done:
        if not is_name(code):
            return Done((), (code,))
        async with self._writing.begin() as connection:
            which = bookmarks.c.owner == owner, bookmarks.c.share == code
            gone = (await connection.execute(delete(bookmarks).where(*which))).rowcount
        return Done((code,), ()) if gone else Done((), (code,))


def _said(wanted: KeepBookmark) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if not isinstance(wanted.track, Keep):
        if not 1 <= wanted.track <= MAX_TRACK:
            raise InvalidSetting(f"track is from 1 to {MAX_TRACK}")
        said["track"] = wanted.track
    if not isinstance(wanted.seconds, Keep):
        if not (math.isfinite(wanted.seconds) and 0 <= wanted.seconds <= MAX_SECONDS):
            raise InvalidSetting(f"seconds is from 0 to {MAX_SECONDS:g}")
        said["seconds"] = wanted.seconds
    return said


async def _count(connection: AsyncConnection, owner: str) -> int:
    return await connection.scalar(select(func.count()).where(bookmarks.c.owner == owner)) or 0


def _shown(now: float) -> Any:
    live = and_(
        shares.c.revoked_at.is_(None),
        func.coalesce(shares.c.expires_at, now + 1) > now,
        exists().where(tracks.c.share == shares.c.code),
    ).label("live")
    both = bookmarks.join(shares, shares.c.code == bookmarks.c.share)
    return select(bookmarks, shares.c.title, shares.c.protected, shares.c.owner.label("maker"), live).select_from(both)


def _bookmark(row: Row[Any], owner: str) -> Bookmark:
    title = row.title if row.maker == owner or not row.protected else ""
    return Bookmark(row.share, title, row.track, row.seconds, bool(row.live), row.created_at, row.updated_at)
