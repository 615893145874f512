import asyncio
import io
from dataclasses import replace

import av
import pytest

from gateway.core.events import SegmentFailed, SegmentWords
from gateway.core.formats import AudioFormat
from gateway.errors import Overloaded, WorkerUnavailable
from gateway.jobs.bells import WORK
from gateway.jobs.failing import MAX_TRIED
from gateway.jobs.job import State
from gateway.jobs.leases import LEASE, Leases
from gateway.jobs.patience import PatientSynth


async def test_a_job_is_spoken_and_kept(place, store):
    job = await place.submit("Hello there. This is a job.")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.spoken, done.attempts, done.error) == (State.COMPLETED, 27, 1, None)
    assert await store.get(done.audio.path) == b"Hello there. This is a job. "
    assert (done.audio.size, done.audio.seconds) == (28, pytest.approx(13.5 / 8000, rel=0.1))
    assert await store.list("jobs") == [done.audio.path]


async def test_jobs_are_spoken_side_by_side_but_not_more_than_so_many(place):
    jobs = [await place.submit("Hello.", voice="gated") for _ in range(5)]
    async with place.working():
        await place.gateway.synth.asked.length(2)
        states = [(await place.jobs.find("me", job.id)).state for job in jobs]
        assert sorted(states) == sorted([State.PROCESSING] * 2 + [State.QUEUED] * 3)
        place.gateway.synth.gate.set()
        assert {(await place.ended(job)).state for job in jobs} == {State.COMPLETED}


async def test_a_job_that_an_engine_cannot_speak_fails_at_once_and_leaves_nothing(place, store):
    job = await place.submit("Hello there.", voice="broken")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.error.code, done.attempts) == (State.FAILED, "internal_error", 1)
    assert await store.list("jobs") == []


async def test_the_end_of_a_job_that_fails_is_not_cut_off_by_its_renewal(new_place, store):
    place = await new_place(renew_every=0.01, keep_from=1)
    renew, fail, seen_ended = place.leases.renew, place.leases.fail, asyncio.Semaphore(0)

    async def renew_and_tell(progress):
        lost = await renew(progress)
        if lost:
            seen_ended.release()
        return lost

    async def fail_slowly(taken, error, *, by_asker):
        """The answer comes after two renewals have found the job ended."""
        await store.put(f"{taken.job.folder}/kept/late", b"x")
        ended = await fail(taken, error, by_asker=by_asker)
        for _ in range(2):
            await seen_ended.acquire()
        return ended

    place.leases.renew, place.leases.fail = renew_and_tell, fail_slowly
    job = await place.submit("Hello there.", voice="broken")
    async with place.working():
        await until(lambda: asyncio.to_thread(place.gateway.count, "jobs_total", outcome="failed"))
        await until(lambda: empty(store, job))


async def test_a_text_with_nothing_to_speak_fails(place):
    job = await place.submit("...", voice="silent")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.error.code) == (State.FAILED, "invalid_setting")


async def test_a_mix_with_a_part_that_is_not_there_fails_at_once_as_any_unknown_voice(place):
    job = await place.submit("Hello there.", voice="ann+nobody")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.error.code, done.attempts) == (State.FAILED, "unknown_voice", 1)


async def test_markup_that_cannot_be_read_fails_with_its_place(place):
    job = await place.submit("<speak>Hello <break", text_format="ssml")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.error.code) == (State.FAILED, "invalid_text")


async def test_a_bug_ends_one_job_and_is_told_to_the_operator(place):
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    bad, good = await place.submit("Hello.", voice="mad"), await place.submit("Hello.")
    async with place.working():
        assert (await place.ended(bad)).error.code == "internal_error"
        assert (await place.ended(good)).state is State.COMPLETED
    assert len(told) == 1


class Moody:
    """A synthesizer that fails so often, in this way, before it does its work."""

    def __init__(self, synth, error, times):
        self._synth, self._error, self.times = synth, error, times
        self.catalog, self.ready = synth.catalog, True

    def speak(self, request, listener):
        if not self.times:
            return self._synth.speak(request, listener)
        self.times -= 1
        listen = SegmentFailed(request.segment_id, self._error)
        asyncio.get_running_loop().call_soon(listener, listen)
        return self

    def abandon(self):
        pass

    def resume(self):
        pass


@pytest.mark.parametrize(
    ("error", "times", "attempts"),
    [
        (Overloaded("busy", retry_in=0.01), 5, 1),
        (WorkerUnavailable("it died"), 1, 1),
        (WorkerUnavailable("it died"), 4, 2),
    ],
)
async def test_what_workers_cannot_do_now_is_done_later(place, error, times, attempts):
    place.workshop.runner.synth = PatientSynth(Moody(place.gateway.synth, error, times), 0.01)
    job = await place.submit("Hello.")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.attempts) == (State.COMPLETED, attempts)


async def test_a_text_on_which_workers_break_fails_in_the_end(place):
    place.workshop.runner.synth = PatientSynth(Moody(place.gateway.synth, WorkerUnavailable("it died"), 99), 0.01)
    job = await place.submit("Hello.")
    async with place.working():
        done = await place.ended(job)

    assert (done.state, done.error.code, done.attempts) == (State.FAILED, "worker_unavailable", MAX_TRIED)


async def test_a_store_that_takes_nothing_is_tried_again_until_it_does(place, store, tmp_path):
    (tmp_path / "audio" / "jobs").write_text("no folder", encoding="utf-8")
    job = await place.submit("Hello.")
    async with place.working():
        while not place.gateway.count("jobs_retried_total", reason="storage_failed"):
            await place.bells.wait(job.id, 0.05)
        (tmp_path / "audio" / "jobs").unlink()
        done = await place.ended(job)

    assert done.state is State.COMPLETED
    assert done.attempts > 1
    assert await store.get(done.audio.path) == b"Hello."


async def test_without_a_worker_nothing_is_taken(place):
    place.gateway.synth.ready = False
    job = await place.submit("Hello.")
    async with place.working():
        await place.bells.wait(job.id, 0.2)
        assert (await place.jobs.find("me", job.id)).state is State.QUEUED
        place.gateway.synth.ready = True
        assert (await place.ended(job)).state is State.COMPLETED


async def test_who_stops_gives_back_what_it_holds_at_once(place, new_place, store):
    job = await place.submit("Hello there.", voice="gated")
    async with place.working():
        await place.gateway.synth.asked.length(1)
    given = await place.jobs.find("me", job.id)
    assert (given.state, given.attempts, given.lease) == (State.QUEUED, 0, None)
    assert await store.list("jobs") == []

    place.gateway.synth.gate.set()
    other = await new_place()
    async with other.working():
        done = await other.ended(job)
    assert (done.state, done.attempts) == (State.COMPLETED, 1)


async def test_a_job_that_its_owner_cancels_stops(place, store):
    job = await place.submit("Hello there.", voice="endless")
    async with place.working():
        await place.gateway.synth.asked.length(1)
        assert (await place.jobs.cancel("me", job.id)).state is State.CANCELLED
        await place.gateway.synth.abandoned.length(1)
        assert (await place.ended(job)).state is State.CANCELLED
        other = await place.submit("Hello.")
        assert (await place.ended(other)).state is State.COMPLETED
    assert await store.list(job.folder) == []


async def test_a_process_that_was_only_slow_does_not_end_what_another_has_taken_over(place, new_place, store, clock):
    job = await place.submit("Hello there.", voice="gated")
    place.workshop.renew_every = 3600.0
    other = await new_place()
    async with place.working():
        await place.gateway.synth.asked.length(1)
        clock.now += LEASE
        async with other.working():
            await place.gateway.synth.asked.length(2)
            place.gateway.synth.gate.set()
            done = await other.ended(job)
    assert (done.state, done.attempts) == (State.COMPLETED, 2)
    assert await store.list("jobs") == [done.audio.path]
    assert await store.get(done.audio.path) == b"Hello there."


async def test_what_the_dead_left_is_swept_by_who_takes_over(place, store, clock):
    job = await place.submit("Hello.")
    [dead] = await place.leases.take(1)
    await store.put(f"{dead.folder}/parts/000000", b"half")
    clock.now += LEASE
    async with place.working():
        done = await place.ended(job)

    assert await store.list("jobs") == [done.audio.path]


async def test_an_end_whose_answer_got_lost_keeps_its_audio(place, store):
    """Told to stop while the database is entering the end: it may have been entered."""
    job = await place.submit("Hello there.")
    entered, complete = asyncio.Event(), place.leases.complete

    async def lose_the_answer(taken, audio):
        await complete(taken, audio)
        entered.set()
        await asyncio.Event().wait()

    place.leases.complete = lose_the_answer
    async with place.working():
        await entered.wait()

    done = await place.jobs.find("me", job.id)
    assert done.state is State.COMPLETED
    assert await store.get(done.audio.path) == b"Hello there."


async def test_a_long_text_is_read_as_it_is_spoken(place, store):
    words = [f"word{number:05}" for number in range(5000)]
    text = ". ".join(" ".join(words[start : start + 10]) for start in range(0, 5000, 10)) + "."
    job = await place.submit(text)
    async with place.working():
        done = await place.ended(job)

    assert done.state is State.COMPLETED
    assert (await store.get(done.audio.path)).replace(b" ", b"") == text.replace(" ", "").encode()
    assert done.spoken == len(text)


@pytest.mark.parametrize("encoding", ["ogg_opus", "mp3", "wav", "flac"])
async def test_every_kind_of_file(place, store, encoding):
    job = await place.submit("Hello there. " * 40, output=AudioFormat(encoding, 24_000))
    async with place.working():
        done = await place.ended(job)

    magic = {"ogg_opus": b"OggS", "mp3": b"\xff", "wav": b"RIFF", "flac": b"fLaC"}[encoding]
    audio = await store.get(done.audio.path)
    assert audio.startswith(magic)
    assert done.audio.path.endswith({"ogg_opus": ".ogg"}.get(encoding, f".{encoding}"))
    with av.open(io.BytesIO(audio)) as file:
        pre_skip = 0.0065 if encoding == "ogg_opus" else 0.0  # FFmpeg counts it
        assert (file.duration or 0) / av.time_base == pytest.approx(done.audio.seconds + pre_skip, abs=1e-4)
    assert len(audio) == done.audio.size
    assert await place.audio(done) == audio


async def test_jobs_are_no_listeners_in_the_metrics(place):
    job = await place.submit("Hello.")
    async with place.working():
        await place.ended(job)

    assert place.gateway.count("jobs_total", outcome="completed") == 1
    assert place.gateway.count("ttfa_seconds_count", protocol="job") == 0
    assert place.gateway.count("jobs_submitted_total", delivery="jobs") == 1


async def test_an_engine_without_word_times_is_given_all_its_text(place):
    text = "Hello there, you. " * 2000
    synth = place.gateway.synth
    spoken = synth.messages

    async def without_words(request):
        async for message in spoken(request):
            if not isinstance(message, SegmentWords):
                yield message

    synth.messages = without_words
    job = await place.submit(text)
    async with place.working():
        done = await place.ended(job)
    assert (done.state, done.spoken) == (State.COMPLETED, len(text))


async def test_a_job_that_is_taken_again_beside_its_first_attempt_counts_twice(new_place, clock):
    place = await new_place(renew_every=3600.0)
    place.workshop.leases = Leases(place.writing, clock, lease=0.0)  # each has run out before anybody notices
    job = await place.submit("Hello there.", voice="gated")
    async with place.working():
        for _ in range(3):
            place.bells.ring(WORK)
            seen = await place.jobs.wait("me", job.id, 0.2)
        assert seen.attempts == place.at_once == 2
        place.gateway.synth.gate.set()
        assert (await place.ended(job)).state is State.COMPLETED


async def test_who_is_waited_for_waits_for_no_backlog(new_place):
    """Not for a room, and not for the engine: its segments are due as a listener's are, the others' in ten minutes."""
    place = await new_place(at_once=1)
    gated = await place.submit("A book. " * 20, voice="gated")
    async with place.working():
        await place.gateway.synth.asked.length(1)
        urgent = await place.submit("Somebody listens.", urgent=True)
        assert (await place.ended(urgent)).state is State.COMPLETED
        assert (await place.jobs.find("me", gated.id)).state is State.PROCESSING
        place.gateway.synth.gate.set()
        await place.ended(gated)

    due_in = {request.text: request.due_in for request in place.gateway.synth.asked}
    assert due_in.pop("Somebody listens.") == 0
    assert set(due_in.values()) == {600.0}


async def test_without_room_for_jobs_none_is_taken_however_urgent(new_place):
    place = await new_place(at_once=0)
    job = await place.submit("Somebody listens.", urgent=True)
    async with place.working():
        await place.jobs.wait("me", job.id, 0.1)

    assert (await place.jobs.find("me", job.id)).state is State.QUEUED


BOOK = "".join(f"This is the sentence of number {number}, and it is a sentence of its own. " for number in range(60))


async def until(holds):
    """holds: asked again and again, since it is about the store."""
    async with asyncio.timeout(5):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def stuck_after(synth, number):
    """The engine speaks so many segments, and then none."""
    speak = synth.speak

    def speak_or_wait(request, listener):
        return speak(replace(request, voice="stuck") if len(synth.asked) >= number else request, listener)

    synth.speak = speak_or_wait
    return lambda: setattr(synth, "speak", speak)


async def kept_of(store, job, number):
    return len(await store.list(f"{job.folder}/kept")) == number


async def empty(store, job):
    return not await store.list(job.folder)


@pytest.mark.parametrize("encoding", ["pcm_s16le", "mp3"])
async def test_a_long_job_goes_on_where_whoever_died_has_left_it(new_place, store, encoding):
    whole = await new_place(keep_from=100)
    job = await whole.submit(BOOK, output=AudioFormat(encoding, 8000 if encoding == "pcm_s16le" else 24_000))
    async with whole.working():
        expected = await whole.ended(job)
    audio = b"".join([chunk async for chunk in store.read(expected.audio.path)])
    spoken, synth = len(whole.gateway.synth.asked), whole.gateway.synth
    assert spoken > 10
    assert await store.list(f"{job.folder}/kept") == []

    synth.asked.clear()
    mend = stuck_after(synth, 8)
    job = await whole.submit(BOOK, output=AudioFormat(encoding, 8000 if encoding == "pcm_s16le" else 24_000))
    async with whole.working():
        await synth.asked.length(10)
        await until(lambda: kept_of(store, job, 8))
    mend()
    synth.asked.clear()
    async with whole.working():
        done = await whole.ended(job)

    assert done.state is State.COMPLETED
    assert len(synth.asked) == spoken - 8, "what was spoken is not spoken again"
    assert b"".join([chunk async for chunk in store.read(done.audio.path)]) == audio
    assert await store.list(job.folder) == [done.audio.path]


async def test_what_was_kept_of_a_job_goes_with_it(new_place, store):
    place = await new_place(keep_from=100)
    stuck_after(place.gateway.synth, 4)
    job = await place.submit(BOOK)
    async with place.working():
        await place.gateway.synth.asked.length(6)
        await place.jobs.cancel("me", job.id)
        await until(lambda: empty(store, job))


async def test_a_long_job_whose_segments_cannot_be_kept_is_tried_again(new_place, tmp_path):
    place = await new_place(keep_from=100)
    job = await place.submit(BOOK)
    (tmp_path / "audio" / job.folder).mkdir(parents=True)
    (tmp_path / "audio" / job.folder / "kept").write_bytes(b"no folder")
    async with place.working():
        await until(lambda: asyncio.to_thread(place.gateway.count, "jobs_retried_total", reason="storage_failed"))
        (tmp_path / "audio" / job.folder / "kept").unlink()
        assert (await place.ended(job)).state is State.COMPLETED
