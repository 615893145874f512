import asyncio
from typing import Any

import pytest

from gateway.accounts.plans import Plan
from gateway.accounts.tally import Tally
from gateway.accounts.usage import Ledger, Spent
from gateway.database.writing import Writing
from gateway.errors import Quota, QuotaExceeded

NOVEMBER, DECEMBER = 1_795_737_600.0, 1_796_428_800.0  # 2026-11-27, 2026-12-05


@pytest.fixture
def writing(database):
    return Writing(database)


@pytest.fixture
def ledger(writing, clock):
    clock.now = NOVEMBER
    return Ledger(writing, clock)


@pytest.fixture
async def key_id(keys):
    record, _ = await keys.create("a")
    return record.id


async def taken(ledger, key_id, plan, characters):
    try:
        await ledger.reserve(key_id, plan, characters)
    except QuotaExceeded:
        return 0
    return 1


@pytest.mark.slow
async def test_of_a_thousand_requests_exactly_as_many_are_taken_as_fit(ledger, key_id, other_database, clock):
    plan = Plan(monthly_characters=1_000)
    other = Ledger(Writing(other_database), clock)
    await ledger.reserve(key_id, plan, 500)

    racers = (taken(store, key_id, plan, 5) for _ in range(500) for store in (ledger, other))

    assert sum(await asyncio.gather(*racers)) == 100
    assert (await ledger.spent(key_id)).characters == 1_000


async def test_what_does_not_fit_is_refused_whole_and_less_still_fits(ledger, key_id):
    plan = Plan(monthly_characters=10)

    assert await taken(ledger, key_id, plan, 11) == 0
    assert await taken(ledger, key_id, plan, 7) == 1
    assert await taken(ledger, key_id, plan, 4) == 0
    assert await taken(ledger, key_id, plan, 3) == 1
    assert await ledger.spent(key_id) == Spent(key_id, "2026-11", 2, 10)
    with pytest.raises(QuotaExceeded) as refused:
        await ledger.reserve(key_id, Plan(monthly_characters=12), 3)
    assert refused.value.quota == Quota("characters", limit=12, used=10, needed=3)
    assert refused.value.message == "3 characters are needed, and 2 of this month's 12 are left"
    with pytest.raises(QuotaExceeded, match="used"):
        await ledger.check(key_id, plan)
    with pytest.raises(QuotaExceeded) as refused:
        await ledger.reserve(key_id, plan, 3)  # of nothing: the text is as long as it was
    assert refused.value.quota == Quota("characters", limit=10, used=10, needed=3)


async def test_a_new_month_begins_with_nothing_used(ledger, key_id, clock):
    plan = Plan(monthly_characters=10)
    await ledger.reserve(key_id, plan, 10)

    clock.now = DECEMBER

    await ledger.check(key_id, plan)
    await ledger.reserve(key_id, plan, 10)
    assert [spent.month for spent in await ledger.all()] == ["2026-12", "2026-11"]


async def test_minutes_of_audio_are_a_quota_too(ledger, writing, key_id):
    plan = Plan(monthly_minutes=1)
    await ledger.add(key_id, audio_ms=59_999)
    await ledger.check(key_id, plan)

    await ledger.add(key_id, audio_ms=1)

    with pytest.raises(QuotaExceeded, match="minutes"):
        await ledger.check(key_id, plan)
    with pytest.raises(QuotaExceeded, match="minutes"):
        await charged(ledger, writing, key_id, plan)
    assert (await ledger.spent(key_id)).characters == 0


async def charged(ledger, writing, key_id, plan):
    """As a job is."""
    async with writing.begin() as connection:
        await ledger.take(connection, key_id=key_id, plan=plan, characters=5)


async def test_a_plan_without_bounds_never_runs_out(ledger, key_id):
    for _ in range(3):
        await ledger.reserve(key_id, Plan(), 10**9)

    assert (await ledger.spent(key_id)).characters == 3 * 10**9


async def test_what_streams_have_spoken_is_gathered_and_written_once(ledger, key_id):
    tally = Tally(ledger)
    tally.add(key_id, 10, 0.5)
    tally.add(key_id, 5, 0.25)

    await tally.write()
    await tally.write()

    assert await ledger.spent(key_id) == Spent(key_id, "2026-11", 0, 15, 750)


async def test_what_the_database_does_not_take_is_kept(ledger, key_id):
    broken: Any = Broken()
    tally = Tally(Ledger(Writing(broken)))
    tally.add(key_id, 10, 0.5)
    await tally.write()
    tally.ledger = ledger

    await tally.write()

    assert (await ledger.spent(key_id)).characters == 10


class Broken:
    """A database that is not there."""

    class dialect:  # noqa: N801 - as an engine's is read
        name = "postgresql"

    def begin(self):
        raise OSError("nobody answers")


async def test_who_stops_waiting_for_a_write_loses_nothing(database, key_id, clock):
    """The last second of a server that stops."""
    slow = SlowLedger(Writing(database), clock)
    tally = Tally(slow)
    tally.add(key_id, 10, 0.5)
    writing = asyncio.create_task(tally.write())
    await slow.begun.wait()
    writing.cancel()
    await asyncio.wait([writing])
    tally.add(key_id, 1, 0.0)
    slow.go.set()

    await tally.write()

    spent = await slow.spent(key_id)
    assert (spent.characters, spent.audio_ms) == (11, 500)


class SlowLedger(Ledger):
    """Writes when the test says so."""

    def __init__(self, *parts):
        super().__init__(*parts)
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def add(self, *what, **amounts):
        self.begun.set()
        await self.go.wait()
        await super().add(*what, **amounts)
