"""What is paid for a job, over both databases."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import Plan
from gateway.accounts.usage import Ledger
from gateway.core.formats import AudioFormat
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.jobs.job import Heard, JobError, JobRequest, StoredAudio
from gateway.jobs.leases import LEASE, Leases, Progress
from gateway.jobs.records import Records
from gateway.settling import Settling

NOVEMBER, DECEMBER = 1_795_000_000.0, 1_797_000_000.0
AUDIO = StoredAudio("jobs/a/1/audio.mp3", 1000, 1.5)
TEXT = "Hello there."
HEARD = Progress(7, Heard(1, 5, 0.4))  # seven characters are spoken, five of them can be heard


class Clock:
    now = NOVEMBER

    def __call__(self):
        return self.now


class Account:
    """A key with jobs, seen by two processes."""

    def __init__(self, writings, key_id):
        self.clock, self.key_id = Clock(), key_id
        self.ledger = Ledger(writings[0], self.clock)
        self.records = [Records(each, self.clock, Settling(Ledger(each, self.clock))) for each in writings]
        self.leases = [Leases(each, self.clock, Settling(Ledger(each, self.clock))) for each in writings]

    async def submit(self, characters=12):
        plan = Plan(monthly_characters=100)
        charge = partial(self.ledger.take, key_id=self.key_id, plan=plan, characters=characters)
        request = JobRequest("ann", output=AudioFormat("mp3"))
        return (await self.records[0].submit(self.key_id, request, TEXT, None, charge)).job

    async def taken(self, **charged):
        await self.submit(**charged)
        [taken] = await self.leases[0].take(1)
        return taken

    async def spent(self):
        spent = await self.ledger.spent(self.key_id)
        return spent.characters, spent.audio_ms


@pytest.fixture
async def account(each_database):
    engines = [await open_database(each_database) for _ in range(2)]
    record, _ = await KeyStore(engines[0]).create("me")
    yield Account([Writing(engine) for engine in engines], record.id)
    for engine in engines:
        await engine.dispose()


async def test_a_completed_job_stays_paid_and_its_audio_is_counted_once(account):
    taken = await account.taken()
    for _ in range(2):
        assert await account.leases[0].complete(taken, AUDIO), "the answer may have got lost"

    assert await account.spent() == (len(TEXT), 1500)


async def test_a_failed_job_costs_nothing_however_often_it_is_ended(account):
    taken = await account.taken()
    await account.leases[0].renew({taken: HEARD})
    assert await account.spent() == (len(TEXT), 0)

    error = JobError("invalid_text", "it is none")
    ends = [account.leases[0].fail(taken, error), account.records[1].cancel(account.key_id, taken.job.id)]
    await asyncio.gather(*ends)
    await account.leases[1].fail(taken, error)
    await account.records[0].remove(account.key_id, taken.job.id)

    assert await account.spent() in ((0, 0), (5, 400)), "if the cancel was first: so much was there to be heard"


async def test_of_a_cancelled_job_what_could_be_heard_is_paid_once(account):
    taken = await account.taken()
    await account.leases[0].renew({taken: HEARD})

    for records in account.records:
        cancelled = await records.cancel(account.key_id, taken.job.id)
    assert await account.leases[0].renew({taken: Progress(9, Heard(2, 9, 0.9))}) == {taken}

    assert (cancelled.spoken, cancelled.heard.seconds) == (5, 0.4)
    assert await account.spent() == (5, 400)


async def test_what_could_be_heard_of_an_attempt_that_died_is_paid_too_but_not_twice(account):
    taken = await account.taken()
    await account.leases[0].renew({taken: HEARD})
    account.clock.now += LEASE
    [again] = await account.leases[1].take(1)
    await account.leases[1].renew({again: Progress(4, Heard(1, 2, 0.2))})

    await account.records[0].remove(account.key_id, (await account.records[0].cancel(account.key_id, again.job.id)).id)

    assert await account.spent() == (5, 400)


async def test_a_job_that_its_own_text_ends_costs_what_could_be_heard_of_it(account):
    taken = await account.taken()
    await account.leases[0].renew({taken: HEARD})

    await account.leases[0].fail(taken, JobError("invalid_text", "it ends in the middle of a tag"), by_asker=True)

    assert await account.spent() == (5, 400)


async def test_a_job_that_was_heard_and_completed_is_paid_once(account):
    taken = await account.taken()
    await account.leases[0].renew({taken: HEARD})

    await account.leases[0].complete(taken, AUDIO)

    assert await account.spent() == (len(TEXT), 1500)


async def test_a_job_that_was_not_begun_costs_nothing_when_it_is_cancelled(account):
    job = await account.submit()

    await asyncio.gather(*(records.cancel(account.key_id, job.id) for records in account.records))

    assert await account.spent() == (0, 0)


async def test_what_is_given_back_belongs_to_the_month_that_it_was_taken_from(account):
    job = await account.submit()
    account.clock.now = DECEMBER
    await account.submit()

    await account.records[0].cancel(account.key_id, job.id)

    assert {each.month: each.characters for each in await account.ledger.all()} == {"2026-11": 0, "2026-12": len(TEXT)}


async def test_who_has_no_month_is_given_nothing_back(each_database):
    engine = await open_database(each_database)
    records = Records(Writing(engine), Clock(), Settling(Ledger(Writing(engine))))
    submitted = await records.submit("", JobRequest("ann"), TEXT)

    await records.cancel("", submitted.job.id)

    assert await Ledger(Writing(engine)).all() == []
    await engine.dispose()


async def test_of_a_text_that_is_spoken_with_more_characters_than_were_sent_the_same_share_is_paid(account):
    taken = await account.taken(characters=4)
    await account.leases[0].renew({taken: Progress(7, Heard(1, 6, 0.4))})

    await account.records[0].cancel(account.key_id, taken.job.id)

    assert (len(TEXT), await account.spent()) == (12, (2, 400))


async def test_a_month_has_the_milliseconds_that_its_jobs_tell(account):
    """At 24 kHz a file may end at half a millisecond."""
    told = 0
    for samples in (36_012, 36_036, 36_060, 36_084):
        seconds = samples / 24_000
        await account.leases[0].complete(await account.taken(), replace(AUDIO, seconds=seconds))
        told += round(1000 * round(seconds, 3))

    assert await account.spent() == (4 * len(TEXT), told)
