import asyncio
from dataclasses import replace

import pytest

from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.errors import (
    InvalidSetting,
    JobFailed,
    JobsUnavailable,
    NotReady,
    SpeechInterrupted,
    UnknownJob,
    UnknownVoice,
)
from gateway.jobs import recording
from gateway.jobs.job import Heard, JobError, JobRequest, State, StoredAudio
from gateway.jobs.leases import LEASE, Progress
from gateway.library.store import AudioStore
from gateway.library.trash import Trash


async def test_what_cannot_be_spoken_is_not_taken(place):
    with pytest.raises(UnknownVoice):
        await place.jobs.submit("me", JobRequest("nobody"), "Hello.")
    assert (await place.jobs.list("me")).jobs == []


async def test_waiting_ends_with_the_job_or_with_patience(place):
    job = await place.submit("Hello.")
    assert (await place.jobs.wait("me", job.id, 0.05)).state is State.QUEUED

    async with place.working():
        assert (await place.jobs.wait("me", job.id, 10.0)).state is State.COMPLETED


async def test_audio_has_a_url_when_it_is_there(place):
    job = await place.submit("Hello.")
    with pytest.raises(NotReady):
        await place.jobs.audio_url(job)
    async with place.working():
        done = await place.ended(job)

    assert (await place.jobs.audio_url(done)).startswith(f"/v1/library/{done.audio.path}?expires=")


async def test_a_job_that_failed_has_none_and_says_why(place):
    job = await place.submit("Hello there.", voice="broken")
    async with place.working():
        done = await place.ended(job)

    with pytest.raises(JobFailed, match="internal_error"):
        await place.jobs.audio_url(done)
    with pytest.raises(JobFailed, match="internal_error"):
        await place.audio(done)


async def test_a_completed_job_is_heard_whole(place):
    job = await place.submit("Hello there.")
    async with place.working():
        await place.ended(job)

    assert await place.audio(job) == b"Hello there."


async def test_parts_are_heard_before_the_end_and_nothing_twice(place, store):
    job = await place.submit("Hello.")
    [taken] = await place.leases.take(1)
    recorder = recording.Recorder(store, taken.folder, "audio.pcm")
    listener = place.jobs.follow("me", job.id)
    for part in (b"abc", b"defg"):
        await recorder.write(part)
        recorder._part_since = float("-inf")
        assert await recorder.share(0, 0.0)
        heard = asyncio.ensure_future(anext(listener))
        assert await asyncio.wait([heard], timeout=0.02) == (set(), {heard}), "its row does not tell of it yet"
        await place.leases.renew({taken: Progress(0, recorder.shared)})
        place.bells.ring(job.id)
        assert await heard == part
    await recorder.write(b"hij")
    await recorder.finish()
    await place.leases.complete(taken, StoredAudio(recorder.path, recorder.size, 1.0))
    await recorder.tidy()

    assert [chunk async for chunk in listener] == [b"hij"]


async def test_who_has_heard_a_part_of_an_attempt_that_died_is_told(place, store, clock):
    job = await place.submit("Hello.")
    [taken] = await place.leases.take(1)
    await store.put(recording.part_of(taken.folder, 0), b"abc")
    await place.leases.renew({taken: Progress(3, Heard(1, 3, 1.0))})
    listener = place.jobs.follow("me", job.id)
    assert await anext(listener) == b"abc"
    clock.now += LEASE
    await place.leases.take(1)

    with pytest.raises(SpeechInterrupted):
        await anext(listener)


async def test_a_job_that_is_cancelled_while_somebody_listens_ends_for_them(place):
    job = await place.submit("Hello.")
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(failing(place.audio(job)))
        await place.jobs.cancel("me", job.id)
    assert isinstance(listening.result(), JobFailed)


async def failing(asking):
    try:
        await asking
    except JobFailed as error:
        return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [("internal_error", JobsUnavailable), ("storage_failed", JobsUnavailable), ("invalid_text", JobFailed)],
)
async def test_who_listens_to_a_job_that_fails_meanwhile_is_told_whose_fault_it_is(place, code, expected):
    job = await place.submit("Hello.")
    [taken] = await place.leases.take(1)
    listening = asyncio.ensure_future(place.audio(job))
    await asyncio.wait([listening], timeout=0.05)
    await place.leases.fail(taken, JobError(code, "it failed"))
    place.bells.ring(job.id)

    with pytest.raises(expected, match=f"{code}: it failed"):
        await listening
    with pytest.raises(JobFailed):
        await place.audio(job)


async def test_what_is_promised_is_not_taken_back_by_a_bucket_that_signs_no_link(place):
    class Unsigned(AudioStore):
        async def url(self, path, seconds):
            raise OSError(path, seconds)

    job = await place.submit("Hello.")
    async with place.working():
        done = await place.ended(job)
    jobs = replace(place.jobs, store=Unsigned(place.store._store, place.store.links))

    told, link = await jobs.linked(done, promised=True)
    assert (told.state, told.audio, told.finished_at, link) == (State.PROCESSING, None, None, "")
    with pytest.raises(JobsUnavailable):
        await jobs.linked(done, promised=False)
    told, link = await place.jobs.linked(done, promised=True)
    assert (told, link[:17]) == (done, "/v1/library/jobs/")


async def test_a_removed_job_and_its_audio_are_gone(place, store):
    job = await place.submit("Hello.")
    async with place.working():
        await place.ended(job)
    assert (await place.jobs.remove("me", job.id)).state is State.COMPLETED

    assert await store.list("jobs") == []
    with pytest.raises(UnknownJob):
        await place.jobs.find("me", job.id)


async def test_a_job_is_removed_also_when_the_store_does_not_answer_and_its_audio_later(place, store, writing):
    class Stuck(AudioStore):
        async def delete(self, prefix):
            raise OSError(prefix)

    job = await place.submit("Hello.")
    async with place.working():
        await place.ended(job)
    await replace(place.jobs, store=Stuck(store._store, store.links)).remove("me", job.id)

    with pytest.raises(UnknownJob):
        await place.jobs.find("me", job.id)
    assert len(await store.list(job.folder)) == 1
    trash = Trash(writing, store)
    assert await trash.filled(10) == [job.folder]
    await trash.empty([job.folder])
    assert await store.list(job.folder) == []


async def test_an_unfinished_job_that_is_removed_is_cancelled(place):
    job = await place.submit("Hello.")

    assert (await place.jobs.remove("me", job.id)).state is State.CANCELLED


async def test_a_database_that_does_not_answer_is_told_as_such(place, tmp_path):
    broken = await open_database(f"sqlite+aiosqlite:///{tmp_path}/broken.db")
    place.records._writing = Writing(broken)
    for file in tmp_path.glob("broken.db*"):
        file.write_bytes(b"no database" * 1000)

    with pytest.raises(JobsUnavailable):
        await place.jobs.submit("me", JobRequest("ann"), "Hello." * 10_000)
    await broken.dispose()


async def test_what_was_promised_is_waited_for_although_the_database_does_not_answer(place):
    job = await place.submit("Hello.")
    answering = place.records.find
    asked = []

    class Moody(type(place.records)):
        """Answers every second time."""

        async def find(self, *which):
            asked.append(which)
            if len(asked) % 2:
                raise OSError("nobody answers")
            return await answering(*which)

    jobs = replace(place.jobs, records=Moody(place.writing, place.clock))
    assert (await jobs.wait_for(job, 0.0)).id == job.id
    async with place.working():
        done = await jobs.wait_for(job, 10.0)

    assert done.state is State.COMPLETED
    assert asked


async def test_a_name_that_cannot_be_looked_up_is_a_mistake_and_no_outage(place):
    with pytest.raises(InvalidSetting):
        await place.jobs.find("me", "\ud800")
