import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from gateway.core.shelf.facts import ShareState
from gateway.core.shelf.item_orders import DeleteItems, EditItem
from gateway.core.shelf.share_orders import (
    DrawQr,
    DropBookmark,
    EditAccessCode,
    EditShare,
    FindShare,
    KeepBookmark,
    ListAccessCodes,
    ListBookmarks,
    ListShares,
    MakeAccessCodes,
    MakeShare,
    RevokeAccessCode,
    RevokeShares,
)
from gateway.database.tables import shares
from gateway.errors import (
    IdempotencyKeyReuse,
    InvalidSetting,
    NotReady,
    TooManyKept,
    UnknownAccessCode,
    UnknownJob,
    UnknownShare,
    WrongAccessCode,
)
from gateway.library.library import Library
from gateway.library.listening import Listening
from gateway.library.secrets import LETTERS, Tickets
from gateway.library.shares import MAX_SHARES


@pytest.fixture
def listening(writing, clock):
    return Listening(writing, Tickets(b"secret"), clock)


@pytest.fixture
async def share(library, making):
    return await library.do("me", MakeShare((await making.job(), await making.job()), "Two tales"))


async def test_a_share_leads_anybody_to_its_tracks_in_order(library, listening, making):
    a, b, c = [await making.job() for _ in range(3)]
    await library.do("me", EditItem(b, title="The b"))
    share = await library.do("me", MakeShare((b, a, b), " Tales "))
    assert (share.title, [track.job_id for track in share.tracks]) == ("Tales", [b, a])
    edited = await library.do("me", EditShare(share.code, title="T", job_ids=(c, b, a)))

    opened = await listening.open(share.code)
    assert opened == edited
    assert [(track.job_id, track.title) for track in opened.tracks] == [(c, ""), (b, "The b"), (a, "")]
    assert await listening.may_listen(opened, "")


async def test_codes_of_shares_are_long_and_all_different(library, making):
    job = await making.job()
    codes = {(await library.do("me", MakeShare((job,)))).code for _ in range(50)}

    assert len(codes) == 50
    assert {len(code) for code in codes} == {22}  # 128 bits


async def test_a_link_leads_nowhere_when_it_is_revoked_too_old_or_its_items_are_gone(library, listening, making, clock):
    a, b = await making.job(), await making.job()
    both = await library.do("me", MakeShare((a, b)))
    one = await library.do("me", MakeShare((a,)))
    brief = await library.do("me", MakeShare((b,), expires_at=clock.now + 10))
    revoked = await library.do("me", MakeShare((b,)))
    assert (await library.do("me", RevokeShares((revoked.code, "nobody")))).done == (revoked.code,)
    clock.now += 10
    assert (await library.do("me", RevokeShares((revoked.code,)))).done == (revoked.code,)
    await library.do("me", DeleteItems((a,)))

    for code in (one.code, brief.code, revoked.code, "nobody", "a\0b", ""):
        with pytest.raises(UnknownShare):
            await listening.open(code)
    assert len((await listening.open(both.code)).tracks) == 1
    told = {each.code: each.state for each in (await library.do("me", ListShares())).shares}
    assert told == {
        both.code: ShareState.LIVE,
        one.code: ShareState.EMPTY,
        brief.code: ShareState.EXPIRED,
        revoked.code: ShareState.REVOKED,
    }
    await library.do("me", EditShare(brief.code, expires_at=None))
    assert (await listening.open(brief.code)).expires_at is None


async def test_what_cannot_be_shared_is_not(library, making, clock):
    job, failed, yours = await making.job(), await making.job(audio=b""), await making.job(owner="you")
    for wanted, error in (
        (MakeShare((failed,)), NotReady),
        (MakeShare((yours,)), UnknownJob),
        (MakeShare((job, "a\0b")), UnknownJob),
        (MakeShare(()), InvalidSetting),
        (MakeShare((job,), expires_at=clock.now), InvalidSetting),
        (MakeShare((job,), title="x" * 300), InvalidSetting),
    ):
        with pytest.raises(error):
            await library.do("me", wanted)
    assert (await library.do("me", ListShares())).shares == ()


async def test_shares_come_in_pages(library, making, clock):
    job = await making.job()
    made = []
    for number in range(5):
        clock.now += number % 2
        made.append((await library.do("me", MakeShare((job,)))).code)
    found, after = [], ""
    while True:
        page = await library.do("me", ListShares(2, after))
        found += [each.code for each in page.shares]
        if not (after := page.next):
            break
    assert sorted(found) == sorted(made)


async def test_an_owner_has_so_many_shares_and_the_oldest_that_has_ended_makes_room(library, making, writing, clock):
    jobs = (await making.job(),)
    made = []
    for until in (None, clock.now + 10, None):
        made.append((await library.do("me", MakeShare(jobs, expires_at=until))).code)
        clock.now += 5
    revoked, expired, live = made
    await library.do("me", RevokeShares((revoked,)))
    row = {"owner": "me", "title": "", "protected": False, "plays": 0, "created_at": clock.now}
    async with writing.begin() as connection:
        await connection.execute(insert(shares), [row | {"code": f"code-{n}"} for n in range(MAX_SHARES - 3)])

    for gone in (revoked, expired):
        await library.do("me", MakeShare(jobs))
        with pytest.raises(UnknownShare):
            await library.do("me", FindShare(gone))
    with pytest.raises(TooManyKept):
        await library.do("me", MakeShare(jobs))
    assert (await library.do("me", FindShare(live))).state is ShareState.LIVE
    assert (await library.do("you", MakeShare((await making.job(owner="you"),)))).state is ShareState.LIVE
    async with writing.engine.connect() as connection:
        mine = select(func.count()).where(shares.c.owner == "me")
        assert await connection.scalar(mine) == MAX_SHARES


async def test_plays_are_counted(listening, library, share):
    for _ in range(3):
        listening.plays.add(share.code)
    await listening.plays.write()
    await listening.plays.write()

    assert (await library.do("me", FindShare(share.code))).plays == 3


async def test_with_codes_a_share_is_for_those_who_know_one(library, listening, share):
    made = await library.do("me", MakeAccessCodes(share.code, 5, "event"))
    assert [code.label for code in made.codes] == [f"event-{n}" for n in range(1, 6)]
    assert len({code.code for code in made.codes}) == 5
    assert all(len(code.code) == 11 and set(code.code) <= {*LETTERS, "-"} for code in made.codes)
    assert (await library.do("me", ListAccessCodes(share.code))) == made

    opened = await listening.open(share.code)
    assert opened.protected
    assert not await listening.may_listen(opened, "")
    ticket = await listening.redeem(opened, f" {made.codes[0].code.lower().replace('-', ' ')} ")
    assert await listening.may_listen(opened, ticket)
    for wrong in ("", "x", "\0", "\ud800", "A" * 100_000, made.codes[0].code[:-1]):
        with pytest.raises(WrongAccessCode):
            await listening.redeem(opened, wrong)


async def test_a_ticket_is_good_for_one_share_and_until_its_code_is_not(library, listening, making, clock):
    jobs = (await making.job(),)
    one, two = [await library.do("me", MakeShare(jobs)) for _ in range(2)]
    codes = (await library.do("me", MakeAccessCodes(one.code, 2, expires_at=clock.now + 100))).codes
    await library.do("me", MakeAccessCodes(two.code))
    one, two = await listening.open(one.code), await listening.open(two.code)
    tickets = [await listening.redeem(one, code.code) for code in codes]

    assert not await listening.may_listen(two, tickets[0])
    for forged in (tickets[0][:-1] + "0", tickets[0][:-1] + "1", "a.b.c", "..", "\0", "ä.ö.ü", codes[0].id):
        assert forged == tickets[0] or not await listening.may_listen(one, forged)
    await library.do("me", RevokeAccessCode(one.code, codes[1].id))
    assert [await listening.may_listen(one, ticket) for ticket in tickets] == [True, False]
    clock.now += 100
    assert not await listening.may_listen(one, tickets[0])
    with pytest.raises(WrongAccessCode):
        await listening.redeem(one, codes[0].code)


async def test_a_code_for_three_uses_lets_three_in_however_many_try_at_once(library, listening, share, open_writing):
    (code,) = (await library.do("me", MakeAccessCodes(share.code, max_uses=3))).codes
    other = Listening(await open_writing(), Tickets(b"secret"))
    told = await asyncio.gather(
        *(each.redeem(share, code.code) for _ in range(10) for each in (listening, other)), return_exceptions=True
    )

    assert Counter(type(each) for each in told) == {str: 3, WrongAccessCode: 17}
    assert (await library.do("me", ListAccessCodes(share.code))).codes[0].uses == 3


async def test_the_same_key_gives_the_same_codes_however_many_ask_at_once(library, share, open_writing, store, clock):
    other = Library(await open_writing(), store, clock)
    wanted = MakeAccessCodes(share.code, 3, "event", key="retry-1")
    told = await asyncio.gather(*(each.do("me", wanted) for _ in range(8) for each in (library, other)))

    assert len(set(told)) == 1
    assert len((await library.do("me", ListAccessCodes(share.code))).codes) == 3
    with pytest.raises(IdempotencyKeyReuse):
        await library.do("me", MakeAccessCodes(share.code, 4, "event", key="retry-1"))


async def test_codes_made_at_once_without_a_key_are_numbered_apart(library, share, open_writing, store, clock):
    other = Library(await open_writing(), store, clock)
    await asyncio.gather(
        *(each.do("me", MakeAccessCodes(share.code, 5)) for _ in range(4) for each in (library, other))
    )

    codes = (await library.do("me", ListAccessCodes(share.code))).codes
    assert [code.label for code in codes] == [str(n) for n in range(1, 41)]


async def test_a_code_can_be_changed_and_is_its_owners(library, share):
    (code,) = (await library.do("me", MakeAccessCodes(share.code))).codes
    edited = await library.do("me", EditAccessCode(share.code, code.id, label="Ann", max_uses=2))
    assert (edited.label, edited.max_uses, edited.code) == ("Ann", 2, code.code)

    for order in (
        RevokeAccessCode(share.code, code.id),
        EditAccessCode(share.code, "nobody"),
        EditAccessCode("x", "\0"),
    ):
        with pytest.raises((UnknownAccessCode, UnknownShare)):
            await library.do("you" if isinstance(order, RevokeAccessCode) else "me", order)
    for order in (
        MakeAccessCodes(share.code),
        ListAccessCodes(share.code),
        EditShare(share.code),
        FindShare(share.code),
    ):
        with pytest.raises(UnknownShare):
            await library.do("you", order)


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": 1001}, {"label_prefix": "x" * 191}, {"max_uses": 0}, {"key": "\0"}]
)
async def test_a_wish_for_codes_that_cannot_be_is_refused(library, share, wrong):
    with pytest.raises(InvalidSetting):
        await library.do("me", MakeAccessCodes(share.code, **wrong))
    assert not (await library.do("me", FindShare(share.code))).protected


async def test_labels_begin_with_the_prefix_as_it_was_measured(library, share):
    """Two characters for each accent, and blanks around: as it came, it and a number are longer than the column."""
    wanted = MakeAccessCodes(share.code, 2, "e\u0301" * 95 + " " * 9, key="k")
    made = await library.do("me", wanted)

    assert [code.label for code in made.codes] == [f"{'é' * 95}-{n}" for n in (1, 2)]
    assert await library.do("me", wanted) == made


@pytest.mark.slow
async def test_a_share_has_ten_thousand_codes_at_most(library, share):
    for _ in range(10):
        await library.do("me", MakeAccessCodes(share.code, 1000))
    with pytest.raises(TooManyKept):
        await library.do("me", MakeAccessCodes(share.code, 1))


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
async def test_a_link_is_drawn(library, share, kind, begins):
    drawing = await library.do("me", DrawQr(share.code, "https://voice.example.org:8443", kind, 4))

    assert drawing.image.startswith(begins)
    unknown: Any = "gif"
    for wrong in (DrawQr(share.code, "", unknown), DrawQr(share.code, "", "png", 99), DrawQr(share.code, "x" * 3000)):
        with pytest.raises(InvalidSetting):
            await library.do("me", wrong)


async def test_a_bookmark_keeps_the_place(library, share, clock):
    await library.do("you", KeepBookmark(share.code))
    clock.now += 5
    kept = await library.do("you", KeepBookmark(share.code, 2, 12.5))
    again = await library.do("you", KeepBookmark(share.code))

    assert again == kept
    assert (kept.track, kept.seconds, kept.title, kept.live) == (2, 12.5, "Two tales", True)
    assert kept.updated_at == kept.created_at + 5
    assert (await library.do("you", ListBookmarks())).bookmarks == (kept,)
    assert (await library.do("me", ListBookmarks())).bookmarks == ()
    assert (await library.do("you", DropBookmark(share.code))).done == (share.code,)
    assert (await library.do("you", DropBookmark(share.code))).not_found == (share.code,)


async def test_a_bookmark_tells_no_title_that_is_behind_a_code_and_ends_with_its_link(library, share):
    for owner in ("me", "you"):
        await library.do(owner, KeepBookmark(share.code))
    await library.do("me", EditShare(share.code, protected=True))
    await library.do("me", RevokeShares((share.code,)))

    told = [(await library.do(owner, ListBookmarks())).bookmarks[0] for owner in ("me", "you")]
    assert [(each.title, each.live) for each in told] == [("Two tales", False), ("", False)]
    with pytest.raises(UnknownShare):
        await library.do("you", KeepBookmark(share.code, 1, 2.0))


@pytest.mark.parametrize("place", [{"track": 0}, {"seconds": -1.0}, {"seconds": float("nan")}, {"seconds": 1e300}])
async def test_a_place_that_is_none_is_refused(library, share, place):
    with pytest.raises(InvalidSetting):
        await library.do("me", KeepBookmark(share.code, **place))


async def test_of_many_who_bookmark_at_once_one_bookmark_comes(library, share):
    await asyncio.gather(*(library.do("me", KeepBookmark(share.code, 1, float(n))) for n in range(20)))

    assert len((await library.do("me", ListBookmarks())).bookmarks) == 1
