"""Health, drains, and engines that hang or cannot speak."""

import asyncio

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import synth_pb2_grpc
from synth.config import ToneOptions
from synth.engines import EngineError
from synth.engines.tone import ToneEngine
from tests.synth.tricks import NOT_SERVING, SERVING, Failure, TrickEngine, audio, listen, read, refused


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
