import itertools

import pytest

from gateway.jobs import recording
from gateway.jobs.job import Heard
from gateway.jobs.recording import Recorder, part_of

FOLDER = "jobs/a/lease"


@pytest.fixture
async def recorder(store):
    return Recorder(store, FOLDER, "audio.pcm")


async def test_the_file_is_there_when_it_is_finished(recorder, store):
    await recorder.write(b"abc")
    await recorder.write(b"def")
    assert await store.list("jobs") == []

    await recorder.finish()
    assert await store.get(recorder.path) == b"abcdef"
    assert recorder.size == 6


async def test_what_is_long_is_shared_in_parts_meanwhile(recorder, store):
    await recorder.write(b"a")
    assert not await recorder.share(0, 0.0)
    await recorder.write(b"x" * recording.LARGEST_PART)
    assert await recorder.share(3, 1.5)
    await recorder.write(b"b")
    assert not await recorder.share(4, 2.0)
    assert recorder.shared == Heard(1, 3, 1.5)

    assert await store.get(part_of(FOLDER, 0)) == b"a" + b"x" * recording.LARGEST_PART
    await recorder.finish()
    await recorder.tidy()
    assert await store.list("jobs") == [f"{FOLDER}/audio.pcm"]


async def test_what_is_slow_is_shared_in_parts_that_come_more_and_more_seldom(store, clock):
    started, shared_at = clock.now, []
    recorder = Recorder(store, FOLDER, "audio.pcm", clock)
    for _ in range(1000):
        clock.now += 0.1
        await recorder.write(b"x")
        if await recorder.share(0, 0.0):
            shared_at.append(clock.now - started)

    waits = [later - earlier for earlier, later in itertools.pairwise(shared_at)]
    assert shared_at[0] <= 0.6
    assert sorted(waits) == pytest.approx(waits, abs=0.11)
    assert waits[-1] == pytest.approx(recording.LONGEST_PART, abs=0.2)


async def test_a_day_of_work_has_parts_to_its_end(store, clock):
    """One every ten seconds."""
    recorder = Recorder(store, FOLDER, "audio.pcm", clock)
    recorder.shared = Heard(8_640, 3, 1.5)
    await recorder.write(b"x")
    clock.now += recording.LONGEST_PART - 0.1
    assert not await recorder.share(4, 2.0)
    clock.now += 0.2
    assert await recorder.share(4, 2.0)
    assert recorder.shared == Heard(8_641, 4, 2.0)


async def test_of_what_is_abandoned_nothing_is_left(recorder, store, tmp_path):
    await recorder.write(b"x" * recording.LARGEST_PART * 2)
    await recorder.share(0, 0.0)
    await recorder.abandon()

    assert await store.list("jobs") == []
    assert [path for path in (tmp_path / "audio").rglob("*") if path.is_file()] == []
