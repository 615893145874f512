import asyncio
from dataclasses import replace
from functools import partial

import pytest

from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import Plan
from gateway.accounts.usage import Ledger
from gateway.errors import IdempotencyKeyReuse, QuotaExceeded, RequestInProgress, UnknownJob
from gateway.jobs.job import Idempotency, State
from gateway.jobs.records import Records

KEY = Idempotency("my-key")


async def test_a_job_is_what_was_submitted(records, echo, clock):
    job = (await records.submit("me", echo, "Hello.")).job

    assert await records.find("me", job.id) == job
    assert (job.state, job.characters, job.created_at) == (State.QUEUED, 6, clock.now)
    assert await records.text("me", job.id) == "Hello."


async def test_any_text_can_be_kept(records, echo):
    text = "a\0b \x01 \u202e שלום 😀 \\ ' \" % :x"
    job = (await records.submit("me", replace(echo, extra={"a\0": "\0"}), text)).job

    assert await records.text("me", job.id) == text.replace("\0", " ")
    assert (await records.find("me", job.id)).request.extra == {"a\0": "\0"}


async def test_a_job_is_its_owners_alone(records, echo):
    job = (await records.submit("me", echo, "Hello.")).job

    for asking in (records.find, records.text, records.cancel):
        with pytest.raises(UnknownJob):
            await asking("you", job.id)
    await records.remove("you", job.id)
    assert (await records.list("you")).jobs == []
    assert (await records.find("me", job.id)).state is State.QUEUED


async def test_the_list_is_newest_first_and_comes_in_pages(records, echo, clock):
    made = []
    for number in range(7):
        clock.now += number % 2  # some at the same moment
        made.append((await records.submit("me", echo, "Hello.")).job)
    await records.submit("you", echo, "Hello.")

    found, after = [], ""
    while True:
        page = await records.list("me", limit=3, after=after)
        found += page.jobs
        if not (after := page.next):
            break
    assert [job.created_at for job in found] == sorted((job.created_at for job in made), reverse=True)
    assert {job.id for job in found} == {job.id for job in made}
    assert len(found) == 7


async def test_the_list_can_be_of_one_state(records, echo):
    first = (await records.submit("me", echo, "Hello.")).job
    await records.submit("me", echo, "Hello.")
    await records.cancel("me", first.id)

    assert [job.id for job in (await records.list("me", states=[State.CANCELLED])).jobs] == [first.id]


async def test_a_cancelled_job_has_ended_and_stays_so(records, leases, echo):
    job = (await records.submit("me", echo, "Hello.")).job

    assert (await records.cancel("me", job.id)).state is State.CANCELLED
    assert (await records.cancel("me", job.id)).state is State.CANCELLED
    assert await leases.take(10) == []


async def test_a_removed_job_is_forgotten_with_its_key_but_not_before_it_has_ended(records, echo):
    job = (await records.submit("me", echo, "Hello.", KEY)).job
    await records.remove("me", job.id)
    assert await records.find("me", job.id)

    await records.cancel("me", job.id)
    await records.remove("me", job.id)
    with pytest.raises(UnknownJob):
        await records.find("me", job.id)
    assert not (await records.submit("me", echo, "Hello.", KEY)).repeated


async def test_the_same_request_again_is_the_same_job(records, echo):
    first = await records.submit("me", echo, "Hello.", KEY)
    again = await records.submit("me", echo, "Hello.", KEY)

    assert (first.repeated, again.repeated) == (False, True)
    assert again.job == first.job


async def test_another_request_with_the_same_key_is_refused(records, echo):
    await records.submit("me", echo, "Hello.", KEY)

    for other, text in ((echo, "Bye."), (replace(echo, voice="bob"), "Hello.")):
        with pytest.raises(IdempotencyKeyReuse):
            await records.submit("me", other, text, KEY)
    assert len((await records.list("me")).jobs) == 1


async def test_a_translator_may_say_itself_what_makes_a_request(records, echo):
    first = await records.submit("me", echo, "Hello.", Idempotency("k", "a body's digest"))
    again = await records.submit("me", replace(echo, extra={"at": 2}), "Hello.", Idempotency("k", "a body's digest"))

    assert again.job.id == first.job.id


async def test_a_key_is_its_owners_alone(records, echo):
    mine = await records.submit("me", echo, "Hello.", KEY)
    yours = await records.submit("you", echo, "Bye.", KEY)

    assert mine.job.id != yours.job.id


async def test_of_a_thousand_requests_with_one_key_there_is_one_job(open_writing, echo, clock):
    """Two processes, five hundred clients at each."""
    processes = [Records(await open_writing(), clock) for _ in range(2)]

    async def submit(records):
        try:
            return (await records.submit("me", echo, "Hello.", KEY)).job.id
        except RequestInProgress:
            return None

    answers = await asyncio.gather(*(submit(records) for records in processes * 500))
    assert len(answers) == 1000
    assert len(set(answers) - {None}) == 1
    assert [job.id for job in (await processes[0].list("me")).jobs] == list(set(answers) - {None})


async def test_of_many_requests_with_different_bodies_and_one_key_one_is_taken(open_writing, echo, clock):
    processes = [Records(await open_writing(), clock) for _ in range(4)]

    async def submit(records, number):
        try:
            return (await records.submit("me", echo, f"Hello {number}.", KEY)).job.id
        except (IdempotencyKeyReuse, RequestInProgress) as error:
            return type(error)

    answers = await asyncio.gather(*(submit(records, number) for number, records in enumerate(processes * 10)))
    assert len([answer for answer in answers if isinstance(answer, str)]) == 1
    assert len((await processes[0].list("me")).jobs) == 1


@pytest.mark.slow
async def test_of_a_thousand_requests_exactly_as_many_are_taken_as_the_quota_pays_for(open_writing, echo, clock):
    processes = [await open_writing() for _ in range(2)]
    record, _ = await KeyStore(processes[0].engine).create("me")
    plan = Plan(monthly_characters=600)

    async def submit(writing):
        charge = partial(Ledger(writing).take, key_id=record.id, plan=plan, characters=6)
        try:
            await Records(writing, clock).submit(record.id, echo, "Hello.", charge=charge)
        except QuotaExceeded:
            return False
        return True

    answers = await asyncio.gather(*(submit(writing) for writing in processes * 500))
    assert (len(answers), answers.count(True)) == (1000, 100)
    assert (await Ledger(processes[0]).spent(record.id)).characters == 600
    assert len((await Records(processes[0], clock).list(record.id, limit=200)).jobs) == 100


async def test_a_name_that_no_database_can_be_asked_for_is_that_of_no_job(records):
    for asking in (records.find("", "a\0"), records.text("", "a\0"), records.list("", after="a\0")):
        with pytest.raises(UnknownJob):
            await asking


async def test_who_knows_an_id_alone_finds_jobs_of_that_protocol_only(records, echo):
    told_by_id = (await records.submit("", replace(echo, delivery="ttsai"), "Hello.")).job
    private = (await records.submit("", echo, "Hello.")).job

    assert (await records.find_anyones(told_by_id.id, "ttsai")).id == told_by_id.id
    with pytest.raises(UnknownJob):
        await records.find_anyones(private.id, "ttsai")
