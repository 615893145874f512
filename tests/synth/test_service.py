import asyncio
import threading
import time
from dataclasses import replace

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import synth_pb2, synth_pb2_grpc
from synth.config import ToneOptions
from synth.engines import Chunk, EngineError, Unspeakable
from synth.engines.signature import block
from synth.engines.tone import ToneEngine
from synth.preparer import MOST
from synth.segment import TICK

Failure = synth_pb2.Failure
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class TrickEngine(ToneEngine):
    """A tone engine that goes wrong when a text asks for it, and stops half-way in "hold" until the test goes on."""

    def __init__(self, **options):
        super().__init__(ToneOptions(**options))
        self.spoken, self.go_on, self.wanted = [], threading.Event(), None

    def synthesize(self, batch, emit):
        self.spoken.append(batch[0].utterance.text)
        match batch[0].utterance.text:
            case "fail":
                emit(Chunk(0, b"ok"))
                raise EngineError("out of memory")
            case "odd":
                emit(Chunk(0, b"odd"))
            case "hold":
                emit(Chunk(0, b"ab"))
                self.go_on.wait(10)
                self.wanted = emit(Chunk(0, b"cd"))
            case _:
                super().synthesize(batch, emit)


class ReadingEngine(ToneEngine):
    """A tone engine that reads texts on threads, and "slowly" only when the test goes on."""

    prepare_threads = 2
    speaking_threads = 1

    def __init__(self):
        super().__init__(ToneOptions())
        self.began, self.go_on, self.threads, self.spoken = threading.Event(), threading.Event(), set(), []

    def prepare(self, utterance):
        self.threads.add(threading.current_thread().name.partition("_")[0])
        match utterance.text:
            case "slowly":
                self.began.set()
                self.go_on.wait(10)
            case "never":
                raise Unspeakable("nobody can say this")
            case "not now":
                raise EngineError("could not be read")
            case "crash":
                raise ZeroDivisionError("a bug")
        return replace(super().prepare(utterance), unread=utterance.text.count("?"))

    def synthesize(self, batch, emit):
        self.spoken.append(batch[0].utterance.text)
        super().synthesize(batch, emit)


async def listen(call):
    return [reply async for reply in call]


async def refused(call):
    """How a segment failed."""
    last = (await listen(call))[-1]
    assert last.WhichOneof("end") == "failure"
    return last.failure


def audio(replies):
    return b"".join(reply.pcm for reply in replies)


def read(text):
    return b"".join(block(character) for character in text if not character.isspace())


async def test_a_segment_is_audio_and_words_in_order_and_then_done(speaking):
    async with speaking() as stream:
        replies = await listen(stream.ask("Hello world."))

    assert audio(replies) == read("Hello world.")
    assert [(w.text_start, w.text_end) for reply in replies for w in reply.words] == [(0, 5), (6, 12)]
    assert [reply.HasField("done") for reply in replies] == [False] * (len(replies) - 1) + [True]
    assert replies[-1].done.batch_size == 1


async def test_a_fast_engine_costs_few_messages(speaking):
    async with speaking(chunk=0.02) as stream:
        replies = await listen(stream.ask("x" * 300))  # 20 s of audio in 1,000 chunks

    assert audio(replies) == read("x" * 300)
    assert len(replies) < 100
    assert max(len(reply.pcm) for reply in replies) <= 65_536


async def test_describe_tells_the_engine_and_its_voices(speaking):
    async with speaking() as stream:
        description = await stream.describe(synth_pb2.DescribeRequest())

    assert (description.engine, description.sample_rate, description.deterministic) == ("tone", 24_000, True)
    assert next((v.name, v.language, v.gender) for v in description.voices) == ("tone", "en", "neutral")


async def test_skipped_samples_do_not_come_again(speaking):
    async with speaking() as stream:
        replies = await listen(stream.ask("Hello world.", skip_samples=12_345))

    assert audio(replies) == read("Hello world.")[2 * 12_345 :]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 5001},
        {"voice": "nobody"},
        {"speed": float("nan")},
        {"speed": 5.0},
        {"pitch": 0.1},
        {"due_in": float("inf")},
    ],
)
async def test_what_no_worker_could_speak_is_an_invalid_argument(speaking, fields):
    async with speaking() as stream:
        error = await refused(stream.ask(**{"text": "Hi.", **fields}))

    assert error.code == Failure.INVALID_ARGUMENT


async def test_a_text_that_is_far_too_long_ends_no_stream(speaking):
    async with speaking() as stream:
        assert (await refused(stream.ask("x" * 5_000_000))).code == Failure.INVALID_ARGUMENT
        assert audio(await listen(stream.ask("Hi"))) == read("Hi")


async def test_an_engine_error_is_internal_after_the_audio_made_and_the_next_call_is_spoken(speaking):
    async with speaking(TrickEngine()) as stream:
        replies = await listen(stream.ask("fail"))

        assert audio(await listen(stream.ask("Hi"))) == read("Hi")

    assert audio(replies) == b"ok"
    assert replies[-1].failure == Failure(code=Failure.INTERNAL, message="out of memory")


async def test_a_wrong_result_is_internal(speaking):
    async with speaking(TrickEngine()) as stream:
        error = await refused(stream.ask("odd"))

    assert error.code == Failure.INTERNAL
    assert "sample" in error.message


async def test_a_cancelled_call_stops_the_engine_at_its_next_chunk(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stream:
        call = stream.ask("hold")
        await anext(aiter(call))
        call.cancel()
        await stream.arrived()
        engine.go_on.set()

        assert audio(await listen(stream.ask("Hi"))) == read("Hi")
    assert engine.wanted is False


async def test_a_call_that_is_not_cancelled_goes_on(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stream:
        call = stream.ask("hold")
        first = await anext(aiter(call))
        engine.go_on.set()

        assert audio([first, *await listen(call)]) == b"abcd"
    assert engine.wanted is True


async def test_a_cancelled_call_that_is_still_queued_is_never_spoken(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stream:
        held = stream.ask("hold")
        await anext(aiter(held))
        queued, last = stream.ask("never"), stream.ask("last")
        await stream.arrived()
        queued.cancel()
        await stream.arrived()
        engine.go_on.set()
        await listen(last)

    assert engine.spoken == ["Ready.", "hold", "last"]


async def test_a_full_queue_is_said_at_once(speaking):
    engine = TrickEngine()
    async with speaking(engine, max_queued_audio=2.0) as stream:
        held = stream.ask("hold")
        await anext(aiter(held))
        waiting = [stream.ask("x" * 15) for _ in range(2)]
        third = await refused(stream.ask("x" * 15))
        engine.go_on.set()
        heard = await asyncio.gather(*map(listen, waiting))

    assert third.code == Failure.RESOURCE_EXHAUSTED
    assert [audio(replies) for replies in heard] == [read("x" * 15)] * 2


async def test_a_turn_that_would_begin_too_late_is_refused_with_the_time_to_come_again(speaking):
    engine = TrickEngine(busy=1.0)  # as fast as real time
    async with speaking(engine, max_late=3.0) as stream:
        held = stream.ask("hold")
        await anext(aiter(held))
        waiting = stream.ask("x" * 60, begins=True)  # four seconds
        late = await refused(stream.ask("Hi", begins=True))
        going_on = stream.ask("x", due_in=30.0)
        await stream.arrived()
        waiting.cancel()
        going_on.cancel()
        engine.go_on.set()
        await listen(held)

    assert late.code == Failure.RESOURCE_EXHAUSTED
    assert 0.5 < late.retry_in < 2.0


@pytest.mark.slow
async def test_a_worker_tells_how_much_waits_and_gives_signs_of_life(speaking):
    engine = TrickEngine(busy=1.0)
    async with speaking(engine) as stream:
        held = stream.ask("hold")
        await anext(aiter(held))
        waiting, not_urgent = stream.ask("x" * 15, due_in=0.0), stream.ask("x" * 30, due_in=30.0)
        sign = await anext(aiter(waiting))
        await stream.arrived()
        load = stream.load
        for call in (waiting, not_urgent):
            call.cancel()
        engine.go_on.set()
        await listen(held)

    assert sign.WhichOneof("end") is None
    assert not sign.pcm
    assert 1.0 <= load.begins_in < 1.5
    assert 3.0 <= load.free_in < 3.5


async def test_the_most_urgent_segment_is_spoken_first(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stream:
        held = stream.ask("hold")
        await anext(aiter(held))
        calls = [stream.ask(text, due_in=due_in) for text, due_in in (("late", 9.0), ("soon", 3.0), ("now", 0.0))]
        await stream.arrived()
        engine.go_on.set()
        await asyncio.gather(*map(listen, calls))

    assert engine.spoken == ["Ready.", "hold", "now", "soon", "late"]


async def test_a_text_is_read_on_other_threads_and_nobody_else_waits_for_it(speaking):
    engine = ReadingEngine()
    async with speaking(engine) as stream:
        slow = stream.ask("slowly")
        await asyncio.to_thread(engine.began.wait, 5)
        assert audio(await listen(stream.ask("Hi"))) == read("Hi")
        engine.go_on.set()

        assert audio(await listen(slow)) == read("slowly")
    assert engine.threads == {"prepare"}


async def test_what_is_abandoned_while_it_is_read_is_never_spoken(speaking):
    engine = ReadingEngine()
    async with speaking(engine) as stream:
        slow = stream.ask("slowly")
        await asyncio.to_thread(engine.began.wait, 5)
        slow.cancel()
        await stream.arrived()
        engine.go_on.set()
        await listen(stream.ask("Hi"))

    assert engine.spoken == ["Ready.", "Hi"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("never", Failure.INVALID_ARGUMENT, "nobody can say this"),
        ("not now", Failure.INTERNAL, "could not be read"),
    ],
)
async def test_a_text_that_cannot_be_read_fails_its_own_segment(speaking, text, code, message):
    async with speaking(ReadingEngine()) as stream:
        assert await refused(stream.ask(text)) == Failure(code=code, message=message)
        assert audio(await listen(stream.ask("Hi"))) == read("Hi")


async def test_what_an_engine_leaves_out_is_counted(speaking):
    async with speaking(ReadingEngine()) as stream:
        replies = await listen(stream.ask("Hm?? What?"))

    assert replies[-1].done.unread == 3


async def test_an_engine_that_breaks_while_it_reads_ends_the_worker(serving, streaming):
    async with serving(ReadingEngine()) as (channel, worker), streaming(channel) as stream:
        stream.ask("crash")
        with pytest.raises(ZeroDivisionError):
            await worker.ended


async def test_a_drain_waits_for_texts_that_are_being_read(serving, streaming):
    engine = ReadingEngine()
    async with serving(engine) as (channel, worker), streaming(channel) as stream:
        slow = stream.ask("slowly")
        await asyncio.to_thread(engine.began.wait, 5)
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await health.read()).status == SERVING
        stopping = asyncio.ensure_future(worker.stop(10.0))
        assert (await health.read()).status == NOT_SERVING
        assert not stopping.done()
        engine.go_on.set()

        assert audio(await listen(slow)) == read("slowly")
        await stopping


async def test_too_many_texts_that_wait_to_be_read_are_refused(speaking):
    engine = ReadingEngine()
    async with speaking(engine) as stream:
        slow = [stream.ask("slowly") for _ in range(MOST)]
        await asyncio.to_thread(engine.began.wait, 5)
        assert (await refused(stream.ask("Hi"))).code == Failure.RESOURCE_EXHAUSTED
        engine.go_on.set()
        await asyncio.gather(*map(listen, slow))


@pytest.mark.slow
async def test_fifty_paced_streams_each_keep_their_time_and_their_text(speaking):
    texts = [f"stream number {number:03d} speaks" for number in range(50)]
    async with speaking(pace=1.0, first=0.05) as stream:
        began = time.monotonic()

        async def hear(text):
            pcm, latest = b"", 0.0
            async for reply in stream.ask(text):
                now = time.monotonic() - began
                latest = max(latest, now - 0.05 - len(pcm) / 48_000)
                pcm += reply.pcm
            return pcm, latest

        heard = await asyncio.gather(*map(hear, texts))

    assert [pcm for pcm, _ in heard] == [read(text) for text in texts]
    assert max(latest for _, latest in heard) < 0.5


async def check(channel, service=""):
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return answer.status


async def test_health_is_serving_after_a_real_synthesis(serving):
    engine = TrickEngine()
    async with serving(engine) as (channel, _worker):
        assert engine.spoken == ["Ready."]
        assert await check(channel) == SERVING
        assert await check(channel, "voxgate.synth.v1.Synthesis") == SERVING


@pytest.mark.slow
async def test_a_worker_whose_engine_hangs_does_not_serve_until_it_comes_back(serving, streaming):
    engine = TrickEngine()
    async with serving(engine) as (channel, _worker), streaming(channel) as stream:
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await health.read()).status == SERVING
        stream.ask("hold")
        assert (await health.read()).status == NOT_SERVING
        engine.go_on.set()
        assert (await health.read()).status == SERVING
        assert audio(await listen(stream.ask("Hi"))) == read("Hi")


async def test_a_draining_worker_finishes_what_runs_and_takes_no_more(serving, streaming):
    async with serving(pace=0.5) as (channel, worker), streaming(channel) as stream:
        running = stream.ask("Hello")
        first = await anext(aiter(running))
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await health.read()).status == SERVING
        stopping = asyncio.ensure_future(worker.stop(10.0))
        assert (await health.read()).status == NOT_SERVING
        refusal = await refused(stream.ask("Too late"))
        rest = await listen(running)
        await stopping

    assert audio([first, *rest]) == read("Hello")
    assert rest[-1].HasField("done")
    assert refusal.code == Failure.UNAVAILABLE


async def test_what_still_runs_after_the_grace_is_cut(serving, streaming):
    async with serving(pace=1.0) as (channel, worker), streaming(channel) as stream:
        running = stream.ask("x" * 100)
        await anext(aiter(running))
        await worker.stop(0.05)

        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await listen(running)
        assert caught.value.code() in (StatusCode.CANCELLED, StatusCode.UNAVAILABLE)


async def test_a_draining_worker_ends_the_stream_well_after_its_last_segment(serving, streaming):
    async with serving(pace=0.5) as (channel, worker), streaming(channel) as stream:
        running = stream.ask("Hello")
        await anext(aiter(running))
        await worker.stop(10.0)
        assert (await listen(running))[-1].HasField("done")
        assert isinstance(await stream.ended, EOFError)


async def test_a_stream_to_a_worker_that_stops_is_refused(serving, streaming):
    async with serving(pace=0.5) as (channel, worker), streaming(channel) as stream:
        running = stream.ask("Hello")
        await anext(aiter(running))
        stopping = asyncio.ensure_future(worker.stop(10.0))
        assert (await refused(stream.ask("Too late"))).code == Failure.UNAVAILABLE
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await anext(synth_pb2_grpc.SynthesisStub(channel).Speak(iter(())).__aiter__())
        await listen(running)
        await stopping

    assert caught.value.code() == StatusCode.UNAVAILABLE


async def test_a_lost_stream_abandons_its_segments_and_no_others(serving, streaming):
    engine = TrickEngine()
    async with serving(engine) as (channel, worker), streaming(channel) as stays:
        async with streaming(channel) as lost:
            held = lost.ask("hold")
            await anext(held)
            lost.ask("never")
            await lost.arrived()
        kept = stays.ask("kept")
        while len(worker._service._streams) > 1:
            await stays.arrived()
        engine.go_on.set()

        assert audio(await listen(kept)) == read("kept")
    assert engine.spoken == ["Ready.", "hold", "kept"]
    assert engine.wanted is False


async def test_two_hundred_segments_on_one_stream_keep_their_order_and_their_owners(speaking):
    texts = [f"Segment {number:03d} speaks for itself." for number in range(200)]
    async with speaking(max_batch=200, pace=0.1, chunk=0.1) as stream:
        heard = await asyncio.gather(*(listen(stream.ask(text)) for text in texts))

    assert [audio(replies) for replies in heard] == [read(text) for text in texts]
    starts = [0, 8, 12, 19, 23]
    for replies in heard:
        assert [word.text_start for reply in replies for word in reply.words] == starts
        assert [r.HasField("done") for r in replies] == [False] * (len(replies) - 1) + [True]


async def test_credit_stops_a_segment_and_more_resumes_it_while_others_flow(speaking):
    async with speaking() as stream:
        stopped = stream.ask("Hello world.", credit=5_000)
        first = await anext(stopped)
        pcm = audio([first])
        while len(pcm) < 10_000:
            pcm += audio([await anext(stopped)])
        assert audio(await listen(stream.ask("Others flow"))) == read("Others flow")
        assert pcm == read("Hello world.")[:10_000]
        assert stopped.heard.empty()

        stopped.grant(7_000)
        while len(pcm) < 24_000:
            pcm += audio([await anext(stopped)])
        await stream.arrived()
        assert pcm == read("Hello world.")[:24_000]
        assert stopped.heard.empty()

        stopped.grant(1_000_000)
        assert pcm + audio(await listen(stopped)) == read("Hello world.")


async def test_credit_that_is_just_used_up_holds_back_no_end(speaking):
    async with speaking() as stream:
        assert (await listen(stream.ask("Hello", credit=5 * 1_600)))[-1].HasField("done")


@pytest.mark.slow
async def test_what_many_segments_say_shares_messages(speaking):
    """The first sound of each may have a message of its own; on a busy machine there are fewer later ones."""
    async with speaking(max_batch=100, pace=0.5, chunk=0.02) as stream:
        heard = await asyncio.gather(*(listen(stream.ask("ten blocks " * 3)) for _ in range(100)))

    said = sum(len(replies) for replies in heard)
    assert stream.messages < said / 5, said


async def test_the_first_sound_waits_for_no_company(speaking):
    """Asked for just after a tick, a first reply that waited for the next one would always be late."""
    async with speaking() as stream:
        delays = []
        for _ in range(30):
            while (asked_at := time.monotonic()) % TICK > TICK / 10:
                pass
            call = stream.ask("Hi")
            await anext(call)
            delays.append(time.monotonic() - asked_at)
            await listen(call)

    assert min(delays) < 0.6 * TICK


async def test_a_worker_whose_engine_cannot_speak_does_not_start(serving):
    class Mute(ToneEngine):
        def synthesize(self, *_):
            pass

    class Broken(ToneEngine):
        def synthesize(self, *_):
            raise EngineError("no weights")

    for engine, reason in ((Mute, "silent"), (Broken, "no weights")):
        with pytest.raises(EngineError, match=reason):
            async with serving(engine(ToneOptions())):
                pass
