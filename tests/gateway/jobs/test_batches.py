"""Texts that were sent together: all or none, each ends once, and the last one ends the batch."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from gateway.database.charging import free
from gateway.database.tables import batch_items, batches, jobs, webhook_deliveries
from gateway.errors import IdempotencyKeyReuse, QuotaExceeded, UnknownJob
from gateway.jobs.batches import KEPT, Batches, Item
from gateway.jobs.job import Idempotency, JobError, State, StoredAudio
from gateway.jobs.leases import Leases
from gateway.jobs.records import Records
from gateway.news import announce

HOOK = "https://example.com/hook"


@pytest.fixture
def extra():
    return {"webhook_url": HOOK, "origin": "https://here", "credits": 7.2}


@pytest.fixture
def kept(writing, clock):
    return Batches(writing, clock)


@pytest.fixture
def submit(kept, echo, extra):
    """submit(texts, charge): a batch of TTS.ai's."""

    async def submit_one(*texts, charge=free, owner="me", key=None):
        def items(batch_id):
            request = replace(echo, delivery="ttsai", extra={"batch": batch_id})
            return [Item(request, text, charge) for text in texts]

        return (await kept.submit(owner, "ttsai", items, extra, key and Idempotency(key, " ".join(texts)))).batch

    return submit_one


@pytest.fixture
def telling(writing, clock):
    """Leases of one process, by whom the ends are told."""
    return Leases(writing, clock, announce)


async def deliveries(writing):
    async with writing.engine.connect() as connection:
        return [json.loads(row.body) | {"url": row.url} for row in await connection.execute(select(webhook_deliveries))]


async def count(writing, table):
    async with writing.engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_the_last_of_many_that_end_at_once_tells_of_all(writing, clock, submit, kept):
    """Fifty jobs, each ended by a process of its own at the same moment."""
    batch = await submit(*(f"Text {number}." for number in range(50)))
    taken = await Leases(writing, clock, announce).take(50)
    ends = [StoredAudio(f"jobs/{each.job.id}/a", 1, 0.1) if number % 10 else None for number, each in enumerate(taken)]

    async def end(each, audio):
        leases = Leases(writing, clock, announce)
        await (leases.complete(each, audio) if audio else leases.fail(each, JobError("invalid_text", "no")))

    await asyncio.gather(*(end(each, audio) for each, audio in zip(taken, ends, strict=True)))

    [told] = await deliveries(writing)
    assert (told["event"], told["status"], told["total"], told["completed"]) == ("task.failed", "failed", 50, 45)
    assert (told["url"], told["credits_used"]) == (HOOK, 8)
    found, members = await kept.find_anyones(batch.id, "ttsai")
    assert (found.remaining, found.total, found.finished_at) == (0, 50, clock.now)
    assert [job.state for job in members].count(State.COMPLETED) == 45


async def test_nothing_is_told_before_the_last_one_ends(writing, submit, telling, kept):
    batch = await submit("One.", "Two.")
    first, second = await telling.take(2)
    await telling.complete(first, StoredAudio("a", 1, 0.1))
    assert await deliveries(writing) == []
    assert (await kept.find_anyones(batch.id, "ttsai"))[0].remaining == 1

    await telling.complete(second, StoredAudio("b", 1, 0.1))
    assert not await telling.fail(second, JobError("late", "an end that comes too late counts nothing"))

    [told] = await deliveries(writing)
    assert (told["event"], told["status"], told["task_id"]) == ("task.completed", "success", batch.id.replace("-", ""))
    assert told["result_url"] == f"https://here/v1/tts/batch/result/?batch_id={batch.id.replace('-', '')}"


async def test_a_job_that_is_cancelled_or_removed_ends_too(writing, clock, submit, telling, kept):
    batch = await submit("One.", "Two.", "Three.")
    records = Records(writing, clock, announce)
    _, members = await kept.find_anyones(batch.id, "ttsai")
    await records.cancel("me", members[0].id)
    await records.cancel("me", members[1].id)
    await records.remove("me", members[1].id)
    [last] = await telling.take(5)
    await telling.complete(last, StoredAudio("a", 1, 0.1))

    [told] = await deliveries(writing)
    found, left = await kept.find_anyones(batch.id, "ttsai")
    assert (told["total"], told["completed"], found.remaining, len(left)) == (3, 1, 0, 2)


async def test_who_cannot_pay_for_all_gets_none(writing, submit):
    paid = []

    async def charge(connection):
        paid.append(connection)
        if len(paid) == 3:
            raise QuotaExceeded("no")
        return await free(connection)

    with pytest.raises(QuotaExceeded):
        await submit("One.", "Two.", "Three.", charge=charge)

    assert [await count(writing, table) for table in (batches, batch_items, jobs)] == [0, 0, 0]


async def test_a_batch_that_is_sent_again_is_the_same_and_is_paid_once(writing, submit, telling):
    paid = []

    async def charge(connection):
        paid.append(connection)
        return await free(connection)

    many = await asyncio.gather(*(submit("One.", "Two.", charge=charge, key="a key") for _ in range(5)))
    [first, _] = await telling.take(2)
    await telling.complete(first, StoredAudio("a", 1, 0.1))
    late = await submit("One.", "Two.", charge=charge, key="a key")
    others = await submit("One.", "Two.", owner="you", key="a key")

    assert {batch.id for batch in (*many, late)} == {late.id} != {others.id}
    assert (late.remaining, late.completed, len(paid)) == (1, 1, 2)
    assert [await count(writing, table) for table in (batches, jobs)] == [2, 4]


async def test_a_key_names_one_request_of_either_kind(writing, clock, echo, submit):
    await submit("One.", key="a key")
    with pytest.raises(IdempotencyKeyReuse):
        await submit("Two.", key="a key")
    with pytest.raises(IdempotencyKeyReuse):
        await Records(writing, clock).submit("me", echo, "One.", Idempotency("a key"))


async def test_a_batch_that_cannot_be_paid_leaves_its_key_free(writing, submit):
    async def charge(_connection):
        raise QuotaExceeded("no")

    with pytest.raises(QuotaExceeded):
        await submit("One.", charge=charge, key="a key")
    await submit("Other.", key="a key")

    assert await count(writing, batches) == 1


async def test_the_jobs_of_a_batch_are_told_in_their_order(submit, kept):
    texts = [f"{'x' * number}." for number in range(1, 9)]
    batch = await submit(*texts)

    _, members = await kept.find_anyones(batch.id, "ttsai")

    assert [job.characters for job in members] == [len(text) for text in texts]


@pytest.mark.parametrize(("batch_id", "delivery"), [("nobody", "ttsai"), ("no\0body", "ttsai"), (None, "aitts")])
async def test_what_is_no_batch_of_this_protocol_is_unknown(submit, kept, batch_id, delivery):
    batch = await submit("One.")

    with pytest.raises(UnknownJob):
        await kept.find_anyones(batch_id or batch.id, delivery)


async def test_a_batch_that_ended_long_ago_is_forgotten(writing, clock, submit, telling):
    await submit("One.")
    [only] = await telling.take(1)
    await telling.complete(only, StoredAudio("a", 1, 0.1))
    clock.now += KEPT + 1
    await submit("Two.")

    assert (await count(writing, batches), await count(writing, jobs)) == (1, 2)
