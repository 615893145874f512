import asyncio
import threading
import time
from contextlib import asynccontextmanager

import pytest

from synth.batching import Batcher, Job, Limits
from synth.engines import Chunk, Cost, EngineError, Interest, Utterance, estimate
from synth.gpu import Broken, EngineThreads, Finished, Piece

COST = Cost(0.0, 0.1)


class Puppet:
    """An engine that does what the test says, one function a batch."""

    name, sample_rate, deterministic = "puppet", 1000, True

    def __init__(self, *acts, max_batch=1, speaking_threads=1):
        self.speaking_threads = speaking_threads
        self.acts, self.max_batch, self.batches, self.threads = list(acts), max_batch, [], set()
        self.began = threading.Event()

    def synthesize(self, batch, emit):
        self.batches.append([prepared.utterance.text for prepared in batch])
        self.threads.add(threading.current_thread().name)
        self.began.set()
        self.acts.pop(0)(emit)


class Ear:
    """Listens to one job until its last message."""

    def __init__(self):
        self.heard, self.over = [], asyncio.Event()

    def __call__(self, message):
        self.heard.append(message)
        if not isinstance(message, Piece):
            self.over.set()

    @property
    def pcm(self):
        return [message.pcm for message in self.heard if isinstance(message, Piece)]


@asynccontextmanager
async def running(engine, max_queued_audio=100.0):
    thread = EngineThreads(
        engine, Batcher(Limits(engine.max_batch, max_queued_audio), COST, engines=engine.speaking_threads)
    )
    thread.start()
    try:
        yield thread
    finally:
        thread.stop(5.0)


def job(job_id, text="word", due_in=0.0):
    return Job(job_id, estimate(Utterance(text, "voice")), due_in)


def says(*chunks):
    def act(emit):
        for chunk in chunks:
            emit(chunk)

    return act


async def test_audio_reaches_its_own_listener_in_order():
    act = says(Chunk(1, b"b1"), Chunk(0, b"a1"), Chunk(0, b"a2"), Chunk(1, b"b2"))
    gate = threading.Event()
    engine = Puppet(lambda _emit: gate.wait(5), act, max_batch=2)
    async with running(engine) as thread:
        ears = [Ear(), Ear(), Ear()]
        for number, ear in enumerate(ears):
            thread.submit(job(number, f"text {number}"), ear)
            await asyncio.to_thread(engine.began.wait, 5)
        gate.set()
        for ear in ears:
            await ear.over.wait()

    assert engine.batches == [["text 0"], ["text 1", "text 2"]]
    assert [ear.pcm for ear in ears] == [[], [b"a1", b"a2"], [b"b1", b"b2"]]
    assert [ear.heard[-1].batch_size for ear in ears] == [1, 2, 2]
    assert engine.threads == {"engine-0"}


async def test_as_many_batches_are_spoken_side_by_side_as_the_engine_says():
    both = threading.Barrier(2)

    def act(pcm):
        def speak(emit):
            both.wait(5)
            emit(Chunk(0, pcm))

        return speak

    engine = Puppet(act(b"aa"), act(b"bb"), says(Chunk(0, b"cc")), speaking_threads=2)
    async with running(engine) as thread:
        ears = [Ear() for _ in range(3)]
        for number, ear in enumerate(ears):
            thread.submit(job(number), ear)
        for ear in ears:
            await ear.over.wait()

    assert sorted(pcm for ear in ears for pcm in ear.pcm) == [b"aa", b"bb", b"cc"]
    assert engine.threads == {"engine-0", "engine-1"}


async def test_an_abandoned_job_is_told_so_at_its_next_chunk_and_heard_no_more():
    answers, first_out, gate = [], threading.Event(), threading.Event()

    def act(emit):
        answers.append(emit(Chunk(0, b"aa")))
        first_out.set()
        gate.wait(5)
        answers.append(emit(Chunk(0, b"bb")))

    async with running(Puppet(act, says())) as thread:
        ear, other = Ear(), Ear()
        thread.submit(job(1), ear)
        await asyncio.to_thread(first_out.wait, 5)
        thread.abandon(1)
        gate.set()
        thread.submit(job(2), other)
        await other.over.wait()

    assert answers == [True, False]
    assert ear.pcm == [b"aa"]
    assert not ear.over.is_set()


async def test_what_is_urgent_is_spoken_at_a_breath_of_what_has_time():
    arrived, answers = threading.Event(), []

    def long(emit):
        answers.append(emit(Chunk(0, b"aa")))
        arrived.wait(5)
        answers.append(emit(Chunk(0, breath=True)))
        emit(Chunk(0, b"bb"))

    def short(emit):
        time.sleep(0.05)  # its work
        emit(Chunk(0, b"cc"))

    engine = Puppet(long, short)
    async with running(engine) as thread:
        ears = [Ear(), Ear()]
        order, submitted = [], time.monotonic()
        thread.submit(job(0, "x" * 150, due_in=60.0), lambda message: (order.append(0), ears[0](message)))
        await asyncio.to_thread(engine.began.wait, 5)
        thread.submit(job(1), lambda message: (order.append(1), ears[1](message)))
        arrived.set()
        for ear in ears:
            await ear.over.wait()

    assert engine.batches == [["x" * 150], ["word"]]
    assert order == [0, 1, 1, 0, 0]
    assert (ears[0].pcm, ears[1].pcm) == ([b"aa", b"bb"], [b"cc"])
    assert answers == [True, Interest.PATIENT]
    outer, inner = ears[0].heard[-1], ears[1].heard[-1]
    assert outer.started >= submitted + (inner.ended - inner.started)  # as if it had waited for that first


async def test_who_has_left_is_told_of_at_the_next_breath():
    answers, began, gone = [], threading.Event(), threading.Event()

    def act(emit):
        answers.append(emit(Chunk(0, breath=True)))
        began.set()
        gone.wait(5)
        answers.append(emit(Chunk(0, breath=True)))

    async with running(Puppet(act, says())) as thread:
        other = Ear()
        thread.submit(job(1), Ear())
        await asyncio.to_thread(began.wait, 5)
        thread.abandon(1)
        gone.set()
        thread.submit(job(2), other)
        await other.over.wait()

    assert answers == [Interest.URGENT, Interest.NONE]


@pytest.mark.parametrize(("aside", "later"), [(60.0, 60.0), (-60.0, 0.0)])
async def test_a_batch_that_stood_aside_began_later_and_one_that_had_help_no_sooner(aside, later):
    began = []

    def act(emit):
        began.append(time.monotonic())
        emit(Chunk(0, breath=True, aside=aside))

    async with running(Puppet(act)) as thread:
        ear = Ear()
        thread.submit(job(1), ear)
        await ear.over.wait()

    assert ear.heard[-1].started == pytest.approx(began[0] + later, abs=5)


async def test_an_error_at_a_breath_is_only_of_what_was_spoken_there():
    arrived = threading.Event()

    def fails(_emit):
        raise EngineError("no")

    def long(emit):
        arrived.wait(5)
        emit(Chunk(0, breath=True))
        emit(Chunk(0, b"bb"))

    engine = Puppet(long, fails)
    async with running(engine) as thread:
        ears = [Ear(), Ear()]
        thread.submit(job(0, "x" * 150, due_in=60.0), ears[0])
        await asyncio.to_thread(engine.began.wait, 5)
        thread.submit(job(1), ears[1])
        arrived.set()
        for ear in ears:
            await ear.over.wait()

    assert ears[1].heard == [Broken("no")]
    assert ears[0].pcm == [b"bb"]


async def test_an_engine_error_takes_no_neighbour_along():
    gate = threading.Event()

    def fails(_emit):
        raise EngineError("too long")

    def breaks_off(emit):
        emit(Chunk(0, b"aa"))
        raise EngineError("one of them is too long")

    acts = [lambda _emit: gate.wait(5), breaks_off, fails, says(Chunk(0, b"cc"))]
    engine = Puppet(*acts, max_batch=4)
    async with running(engine) as thread:
        ears = [Ear() for _ in range(4)]
        thread.submit(job(0), ears[0])
        await asyncio.to_thread(engine.began.wait, 5)
        for number in range(1, 4):
            thread.submit(job(number, f"text {number}"), ears[number])
        gate.set()
        for ear in ears:
            await ear.over.wait()

    assert engine.batches[1:] == [["text 1", "text 2", "text 3"], ["text 2"], ["text 3"]]
    assert [ear.heard[-1] for ear in ears[1:3]] == [Broken("one of them is too long"), Broken("too long")]
    assert (ears[3].pcm, ears[3].heard[-1].batch_size) == ([b"cc"], 1)


async def test_an_error_about_one_utterance_leaves_the_others_that_were_said_alone():
    gate = threading.Event()

    def fails(emit):
        emit(Chunk(0, b"aa"))
        emit(Chunk(1, b"bb"))
        raise EngineError("overflow", frozenset({1}))

    engine = Puppet(lambda _emit: gate.wait(5), fails, max_batch=2)
    async with running(engine) as thread:
        ears = [Ear(), Ear(), Ear()]
        for number, ear in enumerate(ears):
            thread.submit(job(number), ear)
            await asyncio.to_thread(engine.began.wait, 5)
        gate.set()
        for ear in ears:
            await ear.over.wait()

    assert (ears[1].pcm, ears[1].heard[-1].batch_size) == ([b"aa"], 2)
    assert ears[2].heard[-1] == Broken("overflow")


async def test_an_engine_error_fails_its_batch_and_the_next_one_is_spoken():
    def fails(emit):
        emit(Chunk(0, b"aa"))
        raise EngineError("out of memory")

    async with running(Puppet(fails, says(Chunk(0, b"bb")))) as thread:
        first, second = Ear(), Ear()
        thread.submit(job(1), first)
        thread.submit(job(2), second)
        await first.over.wait()
        await second.over.wait()

    assert first.pcm == [b"aa"]
    assert first.heard[-1] == Broken("out of memory")
    assert second.pcm == [b"bb"]
    assert isinstance(second.heard[-1], Finished)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [(Chunk(0, b"odd"), "half a sample"), (Chunk(0, bytes(2 * 1000 * 60)), "too much audio")],
)
async def test_a_wrong_result_fails_its_own_call_only(wrong, reason):
    act = says(wrong, Chunk(1, b"ok"), Chunk(0, b"no"))
    gate = threading.Event()
    engine = Puppet(lambda _emit: gate.wait(5), act, max_batch=2)
    async with running(engine) as thread:
        ears = [Ear(), Ear(), Ear()]
        for number, ear in enumerate(ears):
            thread.submit(job(number), ear)
            await asyncio.to_thread(engine.began.wait, 5)
        gate.set()
        for ear in ears:
            await ear.over.wait()

    assert ears[1].pcm == []
    assert reason in ears[1].heard[-1].reason
    assert ears[2].pcm == [b"ok"]
    assert isinstance(ears[2].heard[-1], Finished)


async def test_a_full_queue_refuses_and_the_refused_is_never_spoken():
    gate = threading.Event()
    engine = Puppet(lambda _emit: gate.wait(5), says())
    async with running(engine, max_queued_audio=1.0) as thread:
        busy, queued = Ear(), Ear()
        thread.submit(job(1, "busy"), busy)
        await asyncio.to_thread(engine.began.wait, 5)

        assert thread.submit(job(2, "x" * 15), queued) is None
        assert thread.submit(job(3, "x" * 15), Ear()) == pytest.approx(0.1)
        gate.set()
        await queued.over.wait()

    assert engine.batches == [["busy"], ["x" * 15]]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the thread's death is the point
async def test_a_bug_in_the_engine_ends_the_thread_and_says_so():
    def bug(_emit):
        raise ZeroDivisionError

    async with running(Puppet(bug)) as thread:
        thread.submit(job(1), Ear())

        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(thread.ended, 5)
