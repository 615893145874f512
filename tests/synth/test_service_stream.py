"""Many segments on one stream, their credit and their messages."""

import asyncio
import time

import pytest

from synth.segment import TICK
from tests.synth.tricks import TrickEngine, audio, listen, read


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
