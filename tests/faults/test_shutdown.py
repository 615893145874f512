"""A gateway that is told to go away, and one that is killed."""

import signal
import time
from contextlib import AsyncExitStack, suppress

import grpc
import psutil
import pytest
from websockets.exceptions import InvalidStatus

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A sentence that is being spoken while the server is told to go away, heard to its end. "


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_no_stream_is_cut_while_the_server_drains(gateway, client, until, number):
    count = 50 if number == signal.SIGTERM else 5
    async with gateway("pace=1") as server, AsyncExitStack() as stack:
        streams = []
        for index in range(count):
            one = await stack.enter_async_context(client(server, "grpc" if index % 5 == 4 else "websocket"))
            streams.append((one, await one.open(), f"{index}: {TEXT}"))
            await one.finish(streams[-1][2])
        for one, stream, _ in streams:
            await one.until(lambda: len(stream.pcm) > 24_000)  # noqa: B023
        server.process.send_signal(number)
        await until(lambda: server.get("/readyz")[0] == 503, 1.0)
        with pytest.raises(InvalidStatus) as refused:
            async with client(server):
                pass
        async with client(server, "grpc") as late:
            await late.until(lambda: late.closed)
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"]
        assert late.closed[0] == grpc.StatusCode.UNAVAILABLE
        for one, stream, text in streams:
            await one.heard("context_done")
            assert bytes(stream.pcm) == pcm(text)
            assert stream.longest_gap < 1.0
            await one.until(lambda: one.closed)  # noqa: B023
            assert one.closed[0] in {1000, grpc.StatusCode.OK}
        assert await server.ended() == 0


async def test_no_stream_is_cut_by_a_log_that_nobody_can_write_any_more(gateway, client):
    """As that of a server whose terminal was closed."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests under nohup ignore it
    try:
        async with gateway("pace=1") as server, client(server) as one:
            stream = await one.open()
            await one.finish(TEXT)
            await one.until(lambda: len(stream.pcm) > 24_000)
            server.process.rlimit(psutil.RLIMIT_FSIZE, (0, 0))
            server.process.send_signal(signal.SIGHUP)
            await one.heard("context_done")
            assert bytes(stream.pcm) == pcm(TEXT)
            assert await server.ended() == 0
            assert "draining" not in server.log()
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_a_stream_that_does_not_end_is_cut_after_the_drain_time(gateway, client):
    async with gateway("pace=1", "--drain-time=2") as server, client(server) as one, client(server, "grpc") as other:
        stream, waiting = await one.open(), await other.open()
        await one.say(TEXT * 20)
        await other.heard("context_opened")
        await one.until(lambda: stream.pcm)
        server.process.terminate()
        told_at = time.monotonic()
        for each in (one, other):
            await each.until(lambda: each.closed)  # noqa: B023
        took = time.monotonic() - told_at

        assert one.closed[0] == 1001
        assert other.closed[0] == grpc.StatusCode.UNAVAILABLE
        assert 1.9 < took < 4.0
        for each in (stream, waiting):
            assert each.find("failed")["error"]["reason"] == "draining"
            assert each.find("context_done") is not None
        assert ("warned", "draining") in [(kind, fields.get("code")) for kind, fields in one.events]
        assert stream.find("failed")["error"]["audio_sent_ms"] == pytest.approx(stream.sent_ms, abs=1)
        assert bytes(stream.pcm) == pcm(TEXT * 20)[: len(stream.pcm)]
        assert await server.ended() == 0


async def test_a_client_that_does_not_read_does_not_hold_up_the_end(gateway, raw):
    async with gateway("pace=0", "--drain-time=1", write_deadline=2) as server:
        stuck = raw(server, receive_buffer=4096).upgrade()
        stuck.send_json(type="open_context", context_id="a", output={"encoding": "pcm_s16le"}, max_lead=0)
        stuck.send_json(type="append_text", context_id="a", text=TEXT * 200)
        stuck.send_json(type="flush", context_id="a")
        server.process.terminate()
        assert await server.ended(8.0) == 0


@pytest.mark.parametrize("options", [(), ("--processes=2",)])
async def test_nothing_outlives_a_killed_gateway(gateway, client, until, options):
    async with gateway("pace=1", *options, expect=-signal.SIGKILL) as server:
        with suppress(ExceptionGroup):
            async with client(server) as one:
                stream = await one.open()
                await one.say(TEXT)
                await one.until(lambda: stream.pcm)
                assert server.workers()
                server.process.kill()
                await until(lambda: not server.workers(), 2.0, "the worker's end")


async def test_a_worker_in_the_middle_of_a_sentence_is_not_waited_for_when_nobody_listens(gateway, client):
    async with gateway("pace=1") as server:
        async with client(server) as one:
            stream = await one.open()
            await one.say(TEXT * 10)
            await one.until(lambda: stream.pcm)
        server.process.terminate()
        asked = time.monotonic()
        assert await server.ended() == 0
        assert time.monotonic() - asked < 3.0
