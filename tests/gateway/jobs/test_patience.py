import asyncio

import pytest

from gateway.core.events import SegmentAudio, SegmentDone, SegmentFailed, Synthesize
from gateway.errors import InternalError, Overloaded, WorkerUnavailable
from gateway.jobs import patience
from gateway.jobs.patience import DUE_IN, PatientSynth

REQUEST = Synthesize(1, "Hello.", "ann", "", 1.0, 1.0, due_in=0.0, begins=True)
AUDIO = [SegmentAudio(1, b"ab"), SegmentAudio(1, b"cd")]
DONE = SegmentDone(1)


class Worker:
    """Says what the test lets it say, to each call in turn."""

    def __init__(self):
        self.requests = []
        self.listeners = []
        self.abandoned = 0
        self.asked = asyncio.Event()

    def speak(self, request, listener):
        self.requests.append(request)
        self.listeners.append(listener)
        self.asked.set()
        return self

    def abandon(self):
        self.abandoned += 1

    def say(self, *messages):
        return [self.listeners[-1](message) for message in messages]

    async def asked_again(self):
        self.asked.clear()
        async with asyncio.timeout(5):
            await self.asked.wait()


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def heard():
    return []


@pytest.fixture
async def call(worker, heard):
    def listener(message):
        heard.append(message)
        return True

    return PatientSynth(worker, 0.01).speak(REQUEST, listener)


pytestmark = pytest.mark.usefixtures("call")


async def said():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_job_is_in_no_hurry(worker):
    assert (worker.requests[0].due_in, worker.requests[0].begins) == (DUE_IN, False)


async def test_a_segment_is_heard_when_it_is_whole(worker, heard):
    assert worker.say(*AUDIO) == [True, True]
    await said()
    assert heard == []

    worker.say(DONE)
    await said()
    assert heard == [*AUDIO, DONE]


async def test_a_segment_that_broke_half_way_is_spoken_again_and_nobody_heard_the_half(worker, heard):
    worker.say(AUDIO[0], SegmentFailed(1, WorkerUnavailable("it died")))
    await worker.asked_again()
    worker.say(*AUDIO, DONE)
    await said()

    assert heard == [*AUDIO, DONE]


async def test_a_busy_worker_is_asked_again_later(worker, heard):
    for _ in range(2):
        worker.say(SegmentFailed(1, Overloaded("busy", retry_in=0.01)))
        await worker.asked_again()
    worker.say(DONE)
    await said()

    assert heard == [DONE]


async def test_a_text_that_breaks_workers_is_not_asked_for_for_ever(worker, heard):
    failed = SegmentFailed(1, WorkerUnavailable("it died"))
    for _ in range(patience.BREAKS - 1):
        worker.say(failed)
        await worker.asked_again()
    worker.say(failed)
    await said()

    assert heard == [failed]


async def test_what_an_engine_cannot_speak_is_told_at_once(worker, heard):
    failed = SegmentFailed(1, InternalError("synthesis failed"))
    worker.say(*AUDIO, failed)
    await said()

    assert heard == [failed]


async def test_after_it_was_abandoned_nothing_is_said_and_nobody_asked(worker, heard, call):
    worker.say(*AUDIO, DONE)
    call.abandon()
    call.abandon()
    await said()
    assert heard == []


async def test_a_segment_under_way_is_abandoned_at_its_worker(worker, call):
    call.abandon()

    assert worker.abandoned == 1


async def test_a_listener_without_room_hears_no_more_until_it_has(worker):
    heard = []

    def listener(message):
        heard.append(message)
        return False

    call = PatientSynth(worker, 0.01).speak(REQUEST, listener)
    worker.say(*AUDIO, DONE)
    await said()
    assert heard == AUDIO[:1]

    for count in (2, 3):
        call.resume()
        await said()
        assert len(heard) == count
    call.resume()
    await said()
    assert heard == [*AUDIO, DONE]
