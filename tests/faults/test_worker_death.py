"""What a listener hears when a worker is killed, frozen, or dies again and again."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack

import pytest

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A first sentence that is some seconds long. And a second one is on its way. "
BACK_WITHIN = 4.0  # seconds: a new process, and the longest of the first delays


async def test_a_killed_worker_is_not_heard_at_ten_phases_of_a_sentence(gateway, client):
    async with gateway("pace=1,first=0.05") as server, AsyncExitStack() as stack:
        phases = []
        for number in range(10):
            one = await stack.enter_async_context(client(server, "grpc" if number % 3 == 2 else "websocket"))
            phases.append((one, await one.open(), f"{number}. {TEXT}"))
        for one, _, text in phases:
            await one.finish(text)
            await asyncio.sleep(0.35)  # the phases: from the middle of the second sentence to nothing heard yet
        heard = [len(stream.pcm) for _, stream, _ in phases]
        server.workers()[0].kill()
        for one, stream, text in phases:
            await one.heard("context_done")
            assert stream.find("failed") is None
            assert bytes(stream.pcm) == pcm(text)
            assert stream.longest_gap < BACK_WITHIN

        assert heard == sorted(heard, reverse=True)
        assert len(set(heard)) > 5, "they were at different phases"


async def test_a_sentence_whose_worker_dies_twice_goes_on_twice(gateway, client, until):
    async with gateway("pace=1,first=0.05") as server, client(server) as one:
        stream = await one.open()
        await one.finish(TEXT)
        for seconds in (1, 2):
            await one.until(lambda enough=seconds * 48_000: len(stream.pcm) > enough)
            (worker,) = await until(server.workers, 5.0)
            worker.kill()
        await one.heard("context_done")

        assert stream.find("failed") is None
        assert bytes(stream.pcm) == pcm(TEXT)


async def test_the_streams_of_other_workers_do_not_notice_a_kill(gateway, client, bystanders):
    """Both workers are busy with bystanders; those of the killed one go on a moment later, on the other."""
    async with gateway("pace=1", "--workers=2") as server, bystanders(server, gap=1.0):
        await asyncio.sleep(1.5)
        server.workers()[0].kill()
        async with client(server) as one:
            stream = await one.open()
            await one.finish("Later contexts speak too.")
            await one.heard("context_done")
            assert bytes(stream.pcm) == pcm("Later contexts speak too.")


@pytest.mark.parametrize("pause", [0.2, 0.8])
async def test_a_voice_that_never_says_the_same_samples_twice_ends_with_what_was_heard(gateway, client, pause):
    """espeak is far faster than a listener; one that does not read keeps it in the middle of a long text."""
    voice = {"output": {"encoding": "pcm_s16le", "sample_rate": 24_000}}
    async with gateway("espeak", write_deadline=20) as server, client(server, max_queue=1) as one:
        stream = await one.open(**voice, max_lead=0)
        await one.finish("one two three four five six seven eight nine ten, " * 90)
        one.pause()
        await asyncio.sleep(pause)
        (worker,) = server.workers()
        worker.kill()
        one.resume()
        await one.heard("context_done")
        failed = stream.find("failed")
        assert failed is not None
        assert failed["error"]["reason"] == "speech_interrupted"
        assert failed["error"]["retryable"]
        assert failed["error"]["audio_sent_ms"] == pytest.approx(stream.sent_ms, abs=1)

        later = await one.open("later", **voice)
        await one.finish("Later contexts speak.", "later")
        await one.heard("context_done", "later")
        assert later.find("failed") is None
        assert later.sent_ms > 500


async def test_a_frozen_worker_is_replaced_and_the_audio_is_whole(gateway, client, until):
    async with gateway("pace=1,first=0.05") as server, client(server) as one, client(server, "grpc") as other:
        begun, waiting = await one.open(), await other.open()
        await one.finish(TEXT)
        await one.until(lambda: len(begun.pcm) > 48_000)
        (worker,) = server.workers()
        worker.send_signal(signal.SIGSTOP)
        await other.finish(TEXT)
        await until(lambda: server.workers() and server.workers() != [worker], 8.0)
        await one.heard("context_done")
        await other.heard("context_done")

        assert bytes(begun.pcm) == bytes(waiting.pcm) == pcm(TEXT)
        assert begun.longest_gap < 8.0


async def test_a_worker_that_dies_again_and_again_is_started_ever_more_seldom_and_then_serves(gateway, client, until):
    async with gateway("pace=0") as server:
        born, most = [], 0
        for _ in range(5):
            (worker,) = await until(server.workers, 10.0)
            worker.kill()
            killed = time.monotonic()
            while not (workers := [each for each in server.workers() if each != worker]):
                assert time.monotonic() - killed < 10
                await asyncio.sleep(0.01)
            most = max(most, len(workers))
            born.append(time.monotonic() - killed)
        assert most == 1
        assert born[-1] > 2.5
        assert born == sorted(born)
        assert server.metric("worker_restarts_total") == 5

        await until(server.ready, 10.0)
        async with client(server) as one:
            stream = await one.open()
            await one.finish(TEXT)
            await one.heard("context_done")
            assert bytes(stream.pcm) == pcm(TEXT)
