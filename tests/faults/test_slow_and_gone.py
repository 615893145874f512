"""Clients that do not read, that vanish, or that hang up in the middle of everything."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from types import SimpleNamespace

import pytest

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

MEGABYTE = 1 << 20
LONG = "A long text for somebody who does not listen. " * 400
OPEN = {"type": "open_context", "context_id": "a", "output": {"encoding": "pcm_s16le"}, "max_lead": 0}


async def read_slowly(one, bytes_per_second):
    """Until the server drops us."""
    one.socket.setblocking(0)
    with suppress(OSError):
        while await asyncio.get_running_loop().sock_recv(one.socket, bytes_per_second // 10):  # noqa: ASYNC110 - its pace
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("clients", "allowed"), [(1, 3 * MEGABYTE), (20, 30 * MEGABYTE)])
async def test_who_does_not_read_is_dropped_after_the_write_deadline(gateway, bystanders, raw, until, clients, allowed):
    async with gateway("pace=0.1", write_deadline=1) as server, bystanders(server):
        before, peak = server.rss(), 0
        slow = [raw(server, receive_buffer=4096).upgrade() for _ in range(clients)]
        for one in slow:
            one.send_json(**OPEN)
            one.send_json(type="append_text", context_id="a", text=LONG)
            one.send_json(type="flush", context_id="a")

        def dropped():
            nonlocal peak
            peak = max(peak, server.rss())
            return server.metric("slow_consumers_total") == clients

        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(read_slowly(one, 1000)) for one in slow]
            await until(dropped, 6.0)
            for task in reading:
                task.cancel()

        assert peak - before < allowed
        await until(lambda: server.metric("streams_active") == 4, 2.0)


WAYS = [(transport, when) for transport in ("websocket", "grpc") for when in ("idle", "listening", "talking")]


async def test_a_client_that_vanished_is_forgotten_within_half_a_minute(gateway, client, bystanders, tunnel, until):
    """Six of them: idle, in the middle of its audio, in the middle of its text; nothing answers any more."""
    async with (
        gateway("pace=1", write_deadline=2) as server,
        tunnel(server.port) as (line, port),
        tunnel(server.grpc_port) as (grpc_line, grpc_port),
        bystanders(server),
        AsyncExitStack() as stack,
    ):
        far = SimpleNamespace(url=f"ws://127.0.0.1:{port}", grpc_port=grpc_port)
        gone = {}
        for way in WAYS:
            one = await stack.enter_async_context(client(far, way[0]))
            stream = await one.open()
            await one.heard("context_opened")
            if way[1] == "listening":
                await one.say("This is listened to for a while. " * 100)
                await one.until(lambda: len(stream.pcm) > 9_600)  # noqa: B023
            if way[1] == "talking":
                await one.send("append_text", context_id="a", text="In the middle of a")
        assert server.metric("streams_active") == 10
        await until(lambda: line.settled() and grpc_line.settled(), 2.0)
        line.vanish()
        grpc_line.vanish()
        started = time.monotonic()
        for left in range(9, 3, -1):
            await until(lambda: server.metric("streams_active") <= left, 50.0)  # noqa: B023
            gone[left] = round(time.monotonic() - started, 1)

        assert max(gone.values()) < 25.0


async def test_a_reset_a_hang_up_and_a_stammer_end_one_connection_only(gateway, bystanders, raw, frame, until):
    half = frame(1, b"x" * 60_000)[:30_000]
    goodbye = frame(8, (1000).to_bytes(2, "big"))
    more = frame(1, b'{"type":"append_text","context_id":"a","text":"more"}') * 100
    async with gateway("pace=1") as server, bystanders(server):
        for _ in range(10):
            speaking = raw(server).upgrade()
            speaking.send_json(**OPEN)
            speaking.send_json(type="append_text", context_id="a", text=LONG)
            speaking.send(half)
            speaking.reset()

            fresh = raw(server).upgrade()
            fresh.send(half)
            fresh.reset()

            finished = raw(server).upgrade()
            finished.send_json(**OPEN)
            finished.send(half)
            finished.close()

            rude = raw(server).upgrade()
            rude.send_json(**OPEN)
            rude.send(goodbye + more)
            assert (await asyncio.to_thread(rude.read_to_end)).endswith(b"\x88\x02\x03\xe8")
        await until(lambda: server.metric("streams_active") == 4, 2.0)


async def test_who_connects_and_says_nothing_keeps_nobody_out(gateway, client, raw):
    """200 connections without a word, as many to gRPC's port, and one with a byte a second."""
    async with gateway("pace=0") as server:
        before = server.rss()
        silent = [raw(server, port) for port in (server.port, server.grpc_port) for _ in range(200)]
        slow = raw(server)
        started = time.monotonic()
        for byte in b"GET /v":
            slow.send(bytes([byte]))
            async with client(server) as one:
                stream = await one.open()
                await one.finish("Everybody else is served.")
                await one.heard("context_done")
                assert bytes(stream.pcm) == pcm("Everybody else is served.")
            await asyncio.sleep(0.5)
        assert server.rss() - before < 400 * 65_536
        ended = 0
        for one in silent:
            one.socket.settimeout(max(0.01, 15 - (time.monotonic() - started)))
            with suppress(TimeoutError):
                while one.socket.recv(4096):
                    pass
                ended += 1
        assert ended == 400
