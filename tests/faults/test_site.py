"""Several gateway processes behind one port are one server."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TWO = "--processes=2"
TEXT = "A sentence that is some seconds long, on whichever process it may be. "


async def test_numbers_and_limits_add_up_over_all_processes(gateway, client):
    async with gateway("pace=1", TWO, max_connections=12) as server, AsyncExitStack() as stack:
        ones = []
        for number in range(11):
            one = await stack.enter_async_context(client(server, "grpc" if number % 3 == 2 else "websocket"))
            ones.append((one, await one.open()))
            await one.heard("context_opened")
        assert server.metric("streams_active") == 11
        refused = 0
        for _ in range(5):  # one more fits, and another one might while two processes look at once
            try:
                await stack.enter_async_context(client(server))
            except InvalidStatus as error:
                refused += error.response.status_code == 429
        assert refused >= 3
        assert server.metric("rejected_total") == refused

        for one, _ in ones:
            await one.finish(TEXT)
        for one, stream in ones:
            await one.heard("context_done")
            assert bytes(stream.pcm) == pcm(TEXT)
        assert server.metric("contexts_total") == 11
        assert server.metric("characters_total") == 11 * len(TEXT)


async def test_the_streams_of_other_processes_do_not_notice_a_kill(gateway, client, until):
    async with gateway("pace=1", TWO) as server, AsyncExitStack() as stack:
        ones = []
        for number in range(16):
            one = await stack.enter_async_context(client(server, "grpc" if number % 4 == 3 else "websocket"))
            ones.append((one, await one.open()))
            await one.finish(TEXT)
        for one, stream in ones:
            await one.until(lambda: stream.pcm)  # noqa: B023
        members = server.members()
        assert len(members) == 2
        members[0].kill()
        await until(lambda: len(server.members()) == 2, 5.0)
        cut = 0
        for one, stream in ones:
            await one.until(lambda: one.closed or stream.find("context_done"))  # noqa: B023
            if stream.find("context_done") is None:
                cut += 1
            else:
                assert bytes(stream.pcm) == pcm(TEXT)
                assert stream.longest_gap < 1.0
        assert 0 < cut < 16, "both processes had some of the streams"

        await until(lambda: server.metric("streams_active") == 16 - cut, 10.0)
        await until(server.ready, 10.0)
        for number in range(8):
            async with client(server, "grpc" if number % 4 == 3 else "websocket") as one:
                stream = await one.open()
                await one.finish("All is well.")
                await one.heard("context_done")
                assert bytes(stream.pcm) == pcm("All is well.")


async def test_a_process_that_stands_still_is_started_anew_but_none_when_the_machine_does(gateway, client, until):
    async with gateway("pace=0", TWO) as server:
        members = server.members()
        for each in (server.process, *members):
            each.suspend()
        await asyncio.sleep(12.0)  # what the machine does nothing for
        for each in (server.process, *members):
            each.resume()
        await until(server.ready, 10.0)

        stopped, other = members
        stopped.suspend()
        waited = await until(lambda: stopped not in server.members(), 20.0)
        await until(lambda: len(server.members()) == 2, 10.0)
        assert 9.0 < waited < 15.0, "and the pause of all was no part of it"
        assert other in server.members()
        await until(server.ready, 10.0)
        assert server.metric("process_restarts_total") == 1
        for _ in range(8):
            async with client(server) as one:
                stream = await one.open()
                await one.finish("All is well.")
                await one.heard("context_done")
                assert bytes(stream.pcm) == pcm("All is well.")


def _keys(folder, *command):
    """`voxgate keys ...`: what it prints."""
    run = "import sys; from gateway.accounts.cli import app; app(sys.argv[1:])"
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", run, *command], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip(), done.stderr


async def test_a_key_that_is_made_or_revoked_while_the_server_runs_counts_in_every_process(gateway, client, tmp_path):
    async with gateway("pace=0", TWO) as server:

        def tries(key):
            """Whether a key is let in; each time at whichever process."""
            return asyncio.gather(*(_let_in(client, server, key) for _ in range(12)))

        secret, told = await asyncio.to_thread(_keys, tmp_path, "create", "tests")
        started = time.monotonic()
        assert await tries(secret) == [True] * 12
        while any(await tries("")):
            assert time.monotonic() - started < 5.0, "without a key nobody is let in any more"

        await asyncio.to_thread(_keys, tmp_path, "revoke", told.split()[1])
        started = time.monotonic()
        while any(await tries(secret)):
            assert time.monotonic() - started < 5.0


async def _let_in(client, server, key):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with client(server, additional_headers=headers):
            return True
    except InvalidStatus as error:
        return error.response.status_code != 401
