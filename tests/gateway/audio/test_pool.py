import asyncio
import os
import sys
import threading
from itertools import cycle, islice
from typing import Any

import psutil
import pytest
from av import FFmpegError

from gateway.audio.encoder import open_encoder
from gateway.audio.pool import EncoderPool
from gateway.core.formats import AudioFormat

# Without Ogg, whose serials differ; its packets are those of opus.
OUTPUTS = [AudioFormat(name).resolved() for name in ("opus", "opus", "opus", "mp3", "flac", "pcm_s16le", "mulaw")]


@pytest.fixture
def pool():
    with_threads = EncoderPool(2)
    yield with_threads
    with_threads.close()


async def pooled(pool, output, pieces):
    encoder = pool.open(output, 24_000)
    entries = []
    for piece in pieces:
        entries += await encoder.encode(piece)
    entries += (await encoder.pause())[0]
    return entries + await encoder.finish()


def direct(output, pieces):
    encoder = open_encoder(output, 24_000)
    entries = [entry for piece in pieces for entry in encoder.encode(piece)]
    entries += encoder.pause()[0]
    return entries + encoder.finish()


@pytest.mark.slow
async def test_200_encoders_on_two_threads_give_what_one_thread_gives(pool, voice, pieces):
    outputs = list(islice(cycle(OUTPUTS), 200))
    sources = [list(pieces(voice(4_000 + 10 * number, 24_000))) for number in range(200)]

    together = await asyncio.gather(*map(pooled, [pool] * 200, outputs, sources))

    assert together == list(map(direct, outputs, sources))


async def test_no_stream_starts_a_thread_of_its_own(pool, voice):
    """FFmpeg would start some for each: for frames of a set size, and for another rate."""
    before = psutil.Process().num_threads()
    encoders = [pool.open(output, rate) for output in set(OUTPUTS) for rate in (24_000, 22_050)]
    for encoder in encoders:
        await encoder.encode(voice(4_000, 22_050))

    assert psutil.Process().num_threads() == before
    for encoder in encoders:
        encoder.close()


async def test_a_cancelled_caller_leaves_nothing_running_and_the_others_go_on(pool, voice, pieces):
    cut = list(pieces(voice(9_000, 24_000)))
    abandoned = [pool.open(OUTPUTS[0], 24_000) for _ in range(10)]
    callers = [asyncio.ensure_future(encoder.encode(voice(48_000, 24_000))) for encoder in abandoned]
    other = asyncio.ensure_future(pooled(pool, OUTPUTS[0], cut))
    await asyncio.sleep(0)

    for caller, encoder in zip(callers, abandoned, strict=True):
        caller.cancel()
        encoder.close()

    assert await other == direct(OUTPUTS[0], cut)
    assert all(
        isinstance(error, asyncio.CancelledError) for error in await asyncio.gather(*callers, return_exceptions=True)
    )
    pool.close()
    assert all(encoder._encoder._context is None for encoder in abandoned)


async def test_a_failing_codec_raises_in_the_caller_and_the_thread_lives_on(voice):
    pool = EncoderPool(1)
    impossible = pool.open(AudioFormat("opus", 22_050, 32_000), 22_050)

    with pytest.raises(FFmpegError):
        await impossible.encode(voice(441, 22_050))
    impossible.close()

    assert await pooled(pool, OUTPUTS[0], [voice(480, 24_000)])
    pool.close()


async def test_the_event_loop_goes_on_while_a_long_text_is_encoded(pool, voice):
    turns = 0
    encoder = pool.open(OUTPUTS[0], 24_000)

    encoding = asyncio.ensure_future(encoder.encode(voice(240_000, 24_000)))
    while not encoding.done():
        await asyncio.sleep(0)
        turns += 1

    encoder.close()
    assert len(await encoding) == 500
    assert turns > 10


async def test_an_encoder_stays_on_its_thread_and_streams_are_shared_out(pool):
    encoders = [pool.open(OUTPUTS[0], 24_000) for _ in range(4)]

    threads = [[await encoder._thread.run(threading.get_ident) for encoder in encoders] for _ in range(3)]

    assert threads[0] == threads[1] == threads[2]
    assert threads[0][0] == threads[0][2] != threads[0][1] == threads[0][3]
    for encoder in encoders:
        encoder.close()


async def test_a_thread_that_lost_its_streams_gets_the_next(pool):
    first, second, _ = (pool.open(OUTPUTS[0], 24_000) for _ in range(3))
    second.close()

    assert pool.open(OUTPUTS[0], 24_000)._thread is second._thread is not first._thread


def test_pcm_does_not_wait_for_a_thread(pool, voice):
    encoding = pool.open(AudioFormat("pcm_s16le").resolved(), 24_000).encode(voice(480, 24_000))

    with pytest.raises(StopIteration) as returned:
        encoding.send(None)

    assert returned.value.value == [voice(480, 24_000)]


@pytest.mark.parametrize("encoding", ["opus", "pcm_s16le"])
async def test_a_finished_or_closed_encoder_refuses_more(pool, encoding, voice):
    output = AudioFormat(encoding).resolved()
    finished, closed = pool.open(output, 24_000), pool.open(output, 24_000)
    await finished.encode(voice(480, 24_000))
    await finished.finish()
    closed.close()

    for encoder in (finished, closed):
        encoder.close()
        with pytest.raises(ValueError, match="closed"):
            await encoder.encode(voice(480, 24_000))


async def test_a_closed_pool_has_no_thread_refuses_more_and_lets_encoders_be_closed(voice):
    before = threading.active_count()
    pool = EncoderPool(3)
    encoder = pool.open(OUTPUTS[0], 24_000)
    await encoder.encode(voice(480, 24_000))

    pool.close()
    pool.close()

    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="closed"):
        await encoder.encode(voice(480, 24_000))
    encoder.close()
    opus: Any = encoder._encoder
    assert opus._context is None


def test_a_loop_that_ended_while_its_audio_was_encoded_does_not_harm_the_thread(pool, voice):
    async def leave():
        encoder = pool.open(OUTPUTS[0], 24_000)
        asyncio.ensure_future(encoder.encode(voice(240_000, 24_000)))  # noqa: RUF006 - cancelled when the loop ends
        await asyncio.sleep(0)
        encoder.close()

    asyncio.run(leave())

    assert asyncio.run(pooled(pool, OUTPUTS[0], [voice(480, 24_000)]))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
async def test_threads_may_step_back_for_others():
    def priority():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    pool = EncoderPool(1, nice=3)
    assert await pool._threads[0].run(priority) == min(19, priority() + 3)
    pool.close()
