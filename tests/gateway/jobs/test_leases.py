import asyncio
from dataclasses import replace

import pytest

from gateway.jobs.job import Heard, JobError, State, StoredAudio
from gateway.jobs.leases import LEASE, MAX_TAKEN, Leases, Progress

AUDIO = StoredAudio("jobs/a/1/audio.mp3", 1000, 1.5)


@pytest.fixture
async def submit(records, echo, clock):
    async def one(text="Hello."):
        clock.now += 1
        return (await records.submit("me", echo, text)).job

    return one


async def test_the_oldest_are_taken_first_with_their_texts(leases, records, submit):
    made = [await submit(f"Text {number}.") for number in range(3)]
    taken = await leases.take(2)

    assert sorted((each.job.id, each.text) for each in taken) == sorted(
        (job.id, f"Text {number}.") for number, job in enumerate(made[:2])
    )
    job = await records.find("me", made[0].id)
    assert (job.state, job.attempts) == (State.PROCESSING, 1)
    assert job.started_at is not None


async def test_however_many_take_nobody_gets_the_same(open_writing, clock, submit):
    made = {(await submit()).id for _ in range(60)}
    takers = [Leases(await open_writing(), clock) for _ in range(4)]
    taken = await asyncio.gather(*(taker.take(2) for taker in takers * 10))

    ids = [each.job.id for some in taken for each in some]
    assert len(ids) == len(set(ids))
    while some := await takers[0].take(10):
        ids += [each.job.id for each in some]
    assert sorted(ids) == sorted(made)


async def test_a_lease_that_is_renewed_is_kept_and_tells_the_progress(leases, records, submit, clock):
    job = await submit()
    [taken] = await leases.take(1)
    for spoken in range(3):
        clock.now += LEASE - 1
        assert await leases.renew({taken: Progress(spoken)}) == set()
        assert await leases.take(1) == []
    assert (await records.find("me", job.id)).spoken == 2


async def test_what_could_be_heard_of_an_attempt_is_not_forgotten_by_the_next(leases, records, submit, clock):
    job = await submit()
    [first] = await leases.take(1)
    await leases.renew({first: Progress(9, Heard(2, 7, 30.0))})
    assert (await records.find("me", job.id)).heard == Heard(2, 7, 30.0)
    clock.now += LEASE
    [second] = await leases.take(1)
    assert (await records.find("me", job.id)).heard == Heard(0, 7, 30.0), "nobody finds its parts in another's folder"

    assert await leases.renew({first: Progress(9, Heard(3, 9, 50.0)), second: Progress()}) == {first}
    await leases.renew({second: Progress(4, Heard(1, 3, 10.0))})
    assert (await records.find("me", job.id)).heard == Heard(1, 7, 30.0)
    await leases.renew({second: Progress(9, Heard(2, 8, 31.0))})
    assert (await records.find("me", job.id)).heard == Heard(2, 8, 31.0)


async def test_a_lease_that_is_not_renewed_is_taken_over_and_the_first_finds_it_gone(leases, records, submit, clock):
    job = await submit()
    [first] = await leases.take(1)
    clock.now += LEASE
    [second] = await leases.take(1)

    assert first.folder != second.folder
    assert await leases.renew({first: Progress(3), second: Progress(1)}) == {first}
    assert not await leases.complete(first, AUDIO)
    assert not await leases.fail(first, JobError("a", "b"))
    assert not await leases.retry(first, 0.0)
    await leases.give_back([first])
    assert (await records.find("me", job.id)).state is State.PROCESSING
    assert await leases.complete(second, AUDIO)
    assert (await records.find("me", job.id)).audio == AUDIO


async def test_a_job_that_ended_is_taken_by_nobody(leases, records, submit, clock):
    job = await submit()
    [taken] = await leases.take(1)
    assert await leases.complete(taken, AUDIO)
    clock.now += 10 * LEASE

    assert await leases.take(1) == []
    found = await records.find("me", job.id)
    assert (found.state, found.spoken, found.lease) == (State.COMPLETED, found.characters, None)


async def test_whose_answer_got_lost_may_ask_again(leases, submit):
    await submit()
    [taken] = await leases.take(1)
    audio = StoredAudio(f"{taken.folder}/audio.mp3", 1, 1.0)
    assert await leases.complete(taken, audio)

    assert await leases.complete(taken, audio)
    assert not await leases.complete(taken, AUDIO)


async def test_a_job_that_is_tried_again_waits_until_then(leases, records, submit, clock):
    job = await submit()
    [taken] = await leases.take(1)
    assert await leases.retry(taken, 5.0)
    assert (await records.find("me", job.id)).state is State.QUEUED
    clock.now += 4.9
    assert await leases.take(1) == []
    clock.now += 0.1

    [again] = await leases.take(1)
    assert again.job.attempts == 2


async def test_what_is_given_back_is_free_at_once_and_was_no_attempt(leases, submit):
    await submit()
    await leases.give_back(await leases.take(1))
    [again] = await leases.take(1)

    assert again.job.attempts == 1


async def test_a_job_whose_processes_die_every_time_fails_for_good(leases, records, submit, clock):
    job = await submit()
    for attempt in range(1, MAX_TAKEN + 1):
        [taken] = await leases.take(1)
        assert taken.job.attempts == attempt
        clock.now += LEASE
    assert await leases.take(1) == []
    assert [ended.id for ended in await leases.give_up()] == [job.id]

    found = await records.find("me", job.id)
    assert (found.state, found.error.code) == (State.FAILED, "attempts_exhausted")
    assert await leases.give_up() == []
    assert await leases.take(1) == []


async def test_a_job_that_was_cancelled_while_it_was_spoken_is_lost_to_who_speaks_it(leases, records, submit):
    job = await submit()
    [taken] = await leases.take(1)
    await records.cancel("me", job.id)

    assert await leases.renew({taken: Progress(1)}) == {taken}
    assert not await leases.complete(taken, AUDIO)
    assert (await records.find("me", job.id)).state is State.CANCELLED


async def test_of_everybody_who_wants_to_end_a_job_one_does(open_writing, records, submit, clock):
    job = await submit()
    processes = [Leases(await open_writing(), clock) for _ in range(4)]
    [taken] = await processes[0].take(1)
    ends = [process.fail(taken, JobError(f"{number}", "x")) for number, process in enumerate(processes * 5)]
    ended = await asyncio.gather(*ends, *(records.cancel("me", job.id) for _ in range(5)))
    found = await records.find("me", job.id)

    assert found.state.ended
    assert ended[:20].count(True) == (found.state is State.FAILED)


async def test_who_is_waited_for_stands_in_a_line_of_their_own(leases, records, echo):
    for urgent in (False, False, True):
        await records.submit("me", replace(echo, urgent=urgent), "Hello.")

    [first] = await leases.take(5, urgent=True)

    assert first.job.request.urgent
    assert len(await leases.take(5)) == 2
