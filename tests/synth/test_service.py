import asyncio
import threading
import time

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import synth_pb2, synth_pb2_grpc
from synth.config import ToneOptions
from synth.engines import Chunk, EngineError
from synth.engines.signature import block
from synth.engines.tone import ToneEngine

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class TrickEngine(ToneEngine):
    """A tone engine that goes wrong when a text asks for it, and stops half-way in "hold" until the test goes on."""

    def __init__(self, **options):
        super().__init__(ToneOptions(**options))
        self.spoken, self.go_on, self.wanted = [], threading.Event(), None

    def synthesize(self, batch, emit):
        self.spoken.append(batch[0].text)
        match batch[0].text:
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


def ask(stub, text, voice="tone", **fields):
    return stub.Synthesize(synth_pb2.SynthesizeRequest(text=text, voice=voice, **fields))


async def listen(call):
    return [reply async for reply in call]


async def refused(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await listen(call)
    return caught.value


async def arrived(stub):
    """What was asked or cancelled before has reached the worker: it hears the calls of one connection in order."""
    await refused(ask(stub, ""))


def audio(replies):
    return b"".join(reply.pcm for reply in replies)


def read(text):
    return b"".join(block(character) for character in text if not character.isspace())


async def test_a_segment_is_audio_and_words_in_order_and_then_done(speaking):
    async with speaking() as stub:
        replies = await listen(ask(stub, "Hello world."))

    assert audio(replies) == read("Hello world.")
    assert [(w.text_start, w.text_end) for reply in replies for w in reply.words] == [(0, 5), (6, 12)]
    assert [reply.HasField("done") for reply in replies] == [False] * (len(replies) - 1) + [True]
    assert replies[-1].done.batch_size == 1
    assert not replies[-1].pcm


async def test_a_fast_engine_costs_few_messages(speaking):
    async with speaking(chunk=0.02) as stub:
        replies = await listen(ask(stub, "x" * 300))  # 20 s of audio in 1,000 chunks

    assert audio(replies) == read("x" * 300)
    assert len(replies) < 100
    assert max(len(reply.pcm) for reply in replies) <= 24_000


async def test_describe_tells_the_engine_and_its_voices(speaking):
    async with speaking() as stub:
        description = await stub.Describe(synth_pb2.DescribeRequest())

    assert (description.engine, description.sample_rate, description.deterministic) == ("tone", 24_000, True)
    assert next((v.name, v.language, v.gender) for v in description.voices) == ("tone", "en", "neutral")


async def test_skipped_samples_do_not_come_again(speaking):
    async with speaking() as stub:
        replies = await listen(ask(stub, "Hello world.", skip_samples=12_345))

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
        {"text_format": 7},
    ],
)
async def test_what_no_worker_could_speak_is_an_invalid_argument(speaking, fields):
    async with speaking() as stub:
        error = await refused(ask(stub, **{"text": "Hi.", **fields}))

    assert error.code() == StatusCode.INVALID_ARGUMENT


async def test_an_engine_error_is_internal_after_the_audio_made_and_the_next_call_is_spoken(speaking):
    async with speaking(TrickEngine()) as stub:
        call = ask(stub, "fail")
        first = await anext(aiter(call))
        error = await refused(call)

        assert audio(await listen(ask(stub, "Hi"))) == read("Hi")

    assert first.pcm == b"ok"
    assert (error.code(), error.details()) == (StatusCode.INTERNAL, "out of memory")


async def test_a_wrong_result_is_internal(speaking):
    async with speaking(TrickEngine()) as stub:
        error = await refused(ask(stub, "odd"))

    assert error.code() == StatusCode.INTERNAL
    assert "sample" in error.details()


async def test_a_cancelled_call_stops_the_engine_at_its_next_chunk(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stub:
        call = ask(stub, "hold")
        await anext(aiter(call))
        call.cancel()
        await arrived(stub)
        engine.go_on.set()

        assert audio(await listen(ask(stub, "Hi"))) == read("Hi")
    assert engine.wanted is False


async def test_a_call_that_is_not_cancelled_goes_on(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stub:
        call = ask(stub, "hold")
        first = await anext(aiter(call))
        engine.go_on.set()

        assert audio([first, *await listen(call)]) == b"abcd"
    assert engine.wanted is True


async def test_a_cancelled_call_that_is_still_queued_is_never_spoken(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stub:
        held = ask(stub, "hold")
        await anext(aiter(held))
        queued, last = ask(stub, "never"), ask(stub, "last")
        await arrived(stub)
        queued.cancel()
        await arrived(stub)
        engine.go_on.set()
        await listen(last)

    assert engine.spoken == ["Ready.", "hold", "last"]


async def test_a_full_queue_is_said_at_once(speaking):
    engine = TrickEngine()
    async with speaking(engine, max_queued_audio=2.0) as stub:
        held = ask(stub, "hold")
        await anext(aiter(held))
        waiting = [ask(stub, "x" * 15) for _ in range(2)]
        third = await refused(ask(stub, "x" * 15))
        engine.go_on.set()
        heard = await asyncio.gather(*map(listen, waiting))

    assert third.code() == StatusCode.RESOURCE_EXHAUSTED
    assert [audio(replies) for replies in heard] == [read("x" * 15)] * 2


async def test_the_most_urgent_segment_is_spoken_first(speaking):
    engine = TrickEngine()
    async with speaking(engine) as stub:
        held = ask(stub, "hold")
        await anext(aiter(held))
        calls = [ask(stub, text, due_in=due_in) for text, due_in in (("late", 9.0), ("soon", 3.0), ("now", 0.0))]
        await arrived(stub)
        engine.go_on.set()
        await asyncio.gather(*map(listen, calls))

    assert engine.spoken == ["Ready.", "hold", "now", "soon", "late"]


@pytest.mark.slow
async def test_fifty_paced_streams_each_keep_their_time_and_their_text(speaking):
    texts = [f"stream number {number:03d} speaks" for number in range(50)]
    async with speaking(pace=1.0, first=0.05) as stub:
        began = time.monotonic()

        async def hear(text):
            pcm, latest = b"", 0.0
            async for reply in ask(stub, text):
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


async def test_a_draining_worker_finishes_what_runs_and_takes_no_more(serving):
    async with serving(pace=0.5) as (channel, worker):
        stub = synth_pb2_grpc.SynthesisStub(channel)
        running = ask(stub, "Hello")
        first = await anext(aiter(running))
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await health.read()).status == SERVING
        stopping = asyncio.ensure_future(worker.stop(10.0))
        assert (await health.read()).status == NOT_SERVING
        refusal = await refused(ask(stub, "Too late"))
        rest = await listen(running)
        await stopping

    assert audio([first, *rest]) == read("Hello")
    assert rest[-1].HasField("done")
    assert refusal.code() == StatusCode.UNAVAILABLE


async def test_what_still_runs_after_the_grace_is_cut(serving):
    async with serving(pace=1.0) as (channel, worker):
        running = ask(synth_pb2_grpc.SynthesisStub(channel), "x" * 100)
        await anext(aiter(running))
        await worker.stop(0.05)

        assert (await refused(running)).code() in (StatusCode.CANCELLED, StatusCode.UNAVAILABLE)


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
