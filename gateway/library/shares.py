"""Shares as rows: links to some of an owner's audio, for anybody who has them. Raises UnknownShare."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core.shelf.facts import Done, Kept, Share, Shares, ShareState, Track
from gateway.core.shelf.keep import Keep
from gateway.core.shelf.share_orders import EditShare, ListShares, MakeShare, RevokeShares
from gateway.database.tables import jobs, notes, shares, tracks
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting, NotReady, TooManyKept, UnknownJob, UnknownShare
from gateway.library.paging import Mark, decode_mark, encode_mark, page_size
from gateway.library.secrets import new_share_code
from gateway.library.wording import is_name, named, title_of

MAX_SHARES = 1000  # of an owner
MAX_TRACKS = 200  # of a share
NOWHERE = "this link does not lead anywhere, or not any more"


class ShareRecords:
    def __init__(self, writing: Writing, clock: Callable[[], float] = time.time) -> None:
        self._writing = writing
        self._clock = clock

    async def make(self, owner: str, wanted: MakeShare) -> Share:
        """UnknownJob; NotReady: a job has no audio; TooManyKept."""
        now = self._clock()
        row = {"code": new_share_code(), "owner": owner, "title": title_of(wanted.title), "plays": 0}
        row |= {"protected": wanted.protected, "created_at": now, "expires_at": _until(wanted.expires_at, now)}
        async with self._writing.begin() as connection:
            await connection.execute(insert(shares).values(**row))
            await _make_room(connection, owner, now)
            await _lead(connection, owner, str(row["code"]), wanted.job_ids)
            return await find_share(connection, own(owner, str(row["code"])), now)

    async def list(self, owner: str, wanted: ListShares) -> Shares:
        """Newest first, also those that lead nowhere any more."""
        limit, which = page_size(wanted.limit), [shares.c.owner == owner]
        if wanted.after:
            mark = decode_mark(wanted.after, float)
            which.append(tuple_(shares.c.created_at, shares.c.code) < tuple_(mark.value, mark.id))
        newest = shares.c.created_at.desc(), shares.c.code.desc()
        async with self._writing.engine.connect() as connection:
            rows = (await connection.execute(select(shares).where(*which).order_by(*newest).limit(limit + 1))).all()
            found = await _with_tracks(connection, rows[:limit], self._clock())
        last = found[-1] if len(rows) > limit else None
        return Shares(tuple(found), encode_mark(Mark(last.created_at, last.code)) if last else "")

    async def find(self, owner: str, code: str) -> Share:
        async with self._writing.engine.connect() as connection:
            return await find_share(connection, own(owner, code), self._clock())

    async def find_live(self, code: str) -> Share:
        """Anybody's."""
        async with self._writing.engine.connect() as connection:
            share = await find_share(connection, shares.c.code == _checked(code), self._clock())
        if share.state is not ShareState.LIVE:
            raise UnknownShare(NOWHERE)
        return share

    async def edit(self, owner: str, wanted: EditShare) -> Share:
        which, said = own(owner, wanted.code), self._said(wanted)
        async with self._writing.begin() as connection:
            locked = await connection.execute(update(shares).where(which).values(said or {"plays": shares.c.plays}))
            if not locked.rowcount:
                raise UnknownShare(NOWHERE)
            if not isinstance(wanted.job_ids, Keep):
                await connection.execute(delete(tracks).where(tracks.c.share == wanted.code))
                await _lead(connection, owner, wanted.code, wanted.job_ids)
            return await find_share(connection, which, self._clock())

    async def revoke(self, owner: str, wanted: RevokeShares) -> Done:
        """For good. Once revoked is revoked, whenever that is asked for again."""
        codes = named(wanted.codes)
        which = shares.c.owner == owner, shares.c.code.in_(list(filter(is_name, codes)))
        values = {"revoked_at": func.coalesce(shares.c.revoked_at, self._clock())}
        async with self._writing.begin() as connection:
            gone = set(await connection.scalars(update(shares).where(*which).values(values).returning(shares.c.code)))
        return Done(tuple(each for each in codes if each in gone), tuple(each for each in codes if each not in gone))

    async def add_plays(self, plays: Mapping[str, int]) -> None:
        async with self._writing.begin() as connection:
            for code, count in sorted(plays.items()):  # in one order, so that no two processes wait for each other
                played = update(shares).where(shares.c.code == code)
                await connection.execute(played.values(plays=shares.c.plays + count))

    def _said(self, wanted: EditShare) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if not isinstance(wanted.title, Keep):
            said["title"] = title_of(wanted.title)
        if not isinstance(wanted.expires_at, Keep):
            said["expires_at"] = _until(wanted.expires_at, self._clock())
        if not isinstance(wanted.protected, Keep):
            said["protected"] = wanted.protected
        return said


def own(owner: str, code: str) -> ColumnElement[bool]:
    return and_(shares.c.code == _checked(code), shares.c.owner == owner)


async def find_share(connection: AsyncConnection, which: ColumnElement[bool], now: float) -> Share:
    found = await _with_tracks(connection, (await connection.execute(select(shares).where(which))).all(), now)
    if not found:
        raise UnknownShare(NOWHERE)
    return found[0]


def ended_by(moment: float) -> ColumnElement[bool]:
    """Revoked or expired by then."""
    return or_(shares.c.revoked_at <= moment, shares.c.expires_at <= moment)


async def _make_room(connection: AsyncConnection, owner: str, now: float) -> None:
    """The oldest that has ended goes for one too many. TooManyKept: none has."""
    mine = shares.c.owner == owner
    if (await connection.scalar(select(func.count()).where(mine)) or 0) <= MAX_SHARES:
        return
    oldest = select(shares.c.code).where(mine, ended_by(now)).order_by(shares.c.created_at).limit(1)
    if not (await connection.execute(delete(shares).where(shares.c.code.in_(oldest.scalar_subquery())))).rowcount:
        raise TooManyKept(f"at most {MAX_SHARES} shares; revoke one, and it makes room")


def _checked(code: str) -> str:
    if not is_name(code):
        raise UnknownShare(NOWHERE)
    return code


def _until(expires_at: float | None, now: float) -> float | None:
    if expires_at is not None and expires_at <= now:
        raise InvalidSetting("expires_at is in the past")
    return expires_at


async def _lead(connection: AsyncConnection, owner: str, code: str, job_ids: tuple[str, ...]) -> None:
    """To these jobs, in their order."""
    ids = tuple(dict.fromkeys(job_ids))
    if not 0 < len(ids) <= MAX_TRACKS:
        raise InvalidSetting(f"a share leads to 1 to {MAX_TRACKS} jobs")
    asked = select(jobs.c.id, jobs.c.audio_path).where(jobs.c.owner == owner, jobs.c.id.in_(list(filter(is_name, ids))))
    found = {row.id: row.audio_path for row in await connection.execute(asked)}
    if len(found) < len(ids):
        raise UnknownJob("there is no such job")
    if not all(found.values()):
        raise NotReady("a job that is shared has its audio")
    try:
        rows = [{"share": code, "job_id": job_id, "position": position} for position, job_id in enumerate(ids)]
        await connection.execute(insert(tracks), rows)
    except IntegrityError as error:  # deleted at this moment
        raise UnknownJob("there is no such job") from error


async def _with_tracks(connection: AsyncConnection, rows: Sequence[Row[Any]], now: float) -> list[Share]:
    shown = tracks.c.share, jobs.c.id, notes.c.title, jobs.c.audio_path, jobs.c.audio_bytes, jobs.c.audio_seconds
    of_jobs = tracks.join(jobs, jobs.c.id == tracks.c.job_id).outerjoin(notes, notes.c.job_id == jobs.c.id)
    query = select(*shown).select_from(of_jobs).where(tracks.c.share.in_([row.code for row in rows]))
    found: dict[str, list[Track]] = {row.code: [] for row in rows}
    for track in await connection.execute(query.order_by(tracks.c.position)):
        audio = Kept(track.audio_path, track.audio_bytes, track.audio_seconds) if track.audio_path else None
        found[track.share].append(Track(track.id, track.title or "", audio))
    return [_share(row, tuple(found[row.code]), now) for row in rows]


def _share(row: Row[Any], its_tracks: tuple[Track, ...], now: float) -> Share:
    return Share(
        row.code,
        row.owner,
        row.title,
        row.protected,
        row.plays,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        its_tracks,
        _state(row, its_tracks, now),
    )


def _state(row: Row[Any], its_tracks: tuple[Track, ...], now: float) -> ShareState:
    if row.revoked_at is not None:
        return ShareState.REVOKED
    if row.expires_at is not None and row.expires_at <= now:
        return ShareState.EXPIRED
    return ShareState.LIVE if its_tracks else ShareState.EMPTY
