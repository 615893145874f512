"""Segments that wait: cancelled, refused, in order of their need."""

import asyncio
import time

import pytest

from tests.synth.tricks import Failure, TrickEngine, audio, listen, read, refused


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


@pytest.mark.slow
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
