import asyncio
import time

import pytest

from synth.call import Call, EngineFailed
from synth.engines import Word
from synth.gpu import Broken, Finished, Piece

RATE = 1000  # samples a second: the largest message has 500 samples


def piece(samples, fill=b"\1", *, words=(), ready_in=0.0):
    return Piece(fill * 2 * samples, words, time.monotonic() + ready_in)


async def sizes(call):
    """Samples of each reply up to the last."""
    found = []
    while not (reply := await call.reply()).HasField("done"):
        found.append(len(reply.pcm) // 2)
    return found


async def test_one_message_takes_all_that_is_buffered():
    call = Call(RATE)
    for _ in range(4):
        call.hear(piece(100))
    call.hear(Finished(0.0, 0.0, 1))

    assert await sizes(call) == [400]


async def test_a_message_holds_no_more_than_half_a_second():
    call = Call(RATE)
    for _ in range(4):
        call.hear(piece(200))
    call.hear(Finished(0.0, 0.0, 1))

    assert await sizes(call) == [500, 300]


async def test_a_cut_piece_keeps_its_samples_and_says_its_words_once():
    call, pcm = Call(RATE), bytes(range(200)) * 10 + b"end!"
    call.hear(Piece(pcm, (Word(0, 1, 0.0, 1.0),), 0.0))

    replies = [await call.reply() for _ in range(3)]

    assert b"".join(reply.pcm for reply in replies) == pcm
    assert [len(reply.words) for reply in replies] == [1, 0, 0]


async def test_the_first_piece_leaves_before_the_second_is_made():
    call = Call(RATE)
    waiting = asyncio.ensure_future(call.reply())
    await asyncio.sleep(0)
    call.hear(piece(3))

    assert len((await waiting).pcm) == 6


async def test_a_piece_does_not_leave_before_it_is_ready():
    call = Call(RATE)
    began = time.monotonic()
    call.hear(piece(10))
    call.hear(piece(20, ready_in=0.05))
    call.hear(piece(30, ready_in=0.05))
    call.hear(Finished(0.0, 0.0, 1))

    assert len((await call.reply()).pcm) == 20
    assert time.monotonic() - began < 0.04
    assert await sizes(call) == [50]
    assert time.monotonic() - began >= 0.05


async def test_words_travel_with_their_audio():
    call = Call(RATE)
    call.hear(piece(10, words=(Word(0, 5, 0.0, 0.5),)))
    call.hear(piece(10, words=(Word(6, 9, 0.5, 0.75),)))

    reply = await call.reply()

    assert [(w.text_start, w.text_end, w.start, w.end) for w in reply.words] == [(0, 5, 0.0, 0.5), (6, 9, 0.5, 0.75)]


async def test_the_last_message_tells_how_long_the_segment_waited_and_was_worked_on():
    call = Call(RATE)
    now = time.monotonic()
    call.hear(Finished(now + 1.0, now + 1.25, 4))

    done = (await call.reply()).done

    assert abs(done.queued - 1.0) < 0.05
    assert abs(done.computed - 0.25) < 1e-6
    assert done.batch_size == 4


async def test_a_failure_comes_after_the_audio_that_was_made():
    call = Call(RATE)
    call.hear(piece(10))
    call.hear(Broken("out of breath"))

    assert len((await call.reply()).pcm) == 20
    with pytest.raises(EngineFailed, match="out of breath"):
        await call.reply()
