"""Texts are read on threads of their own before they are spoken."""

import asyncio
import threading
from dataclasses import replace

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from synth.config import ToneOptions
from synth.engines import EngineError, Unspeakable
from synth.engines.tone import ToneEngine
from synth.preparer import MOST
from tests.synth.tricks import NOT_SERVING, SERVING, Failure, audio, listen, read, refused


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


@pytest.mark.slow
async def test_too_many_texts_that_wait_to_be_read_are_refused(speaking):
    engine = ReadingEngine()
    async with speaking(engine) as stream:
        slow = [stream.ask("slowly") for _ in range(MOST)]
        await asyncio.to_thread(engine.began.wait, 5)
        assert (await refused(stream.ask("Hi"))).code == Failure.RESOURCE_EXHAUSTED
        engine.go_on.set()
        await asyncio.gather(*map(listen, slow))
