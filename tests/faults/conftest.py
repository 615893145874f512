"""A real gateway with real workers, clients that prove what they hear to the sample, and a network that can vanish.

The tone engine's audio names its text, so every stream proves order, ownership and completeness by itself.
"""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from loadtest.postgres import cluster, missing
from loadtest.processes import free_port
from loadtest.signature import pcm
from tests.faults.network import Tunnel
from tests.faults.raw_socket import RawSocket, frame
from tests.faults.server import Gateway, until
from tests.faults.speaking import grpc_call, websocket


@pytest.fixture(scope="session")
def postgres():
    """A cluster that a test may stop and start."""
    if missing():
        pytest.skip(f"not on the PATH: {', '.join(missing())}")
    with cluster(durable=False) as made:
        yield made


@pytest.fixture
def gateway(tmp_path):
    """`async with gateway("pace=1", "--workers=2", write_deadline=1) as server`; ends well and leaves nothing."""

    @asynccontextmanager
    async def serve(engine="pace=1", *options, expect=0, port=0, **settings):
        port, grpc_port = port or free_port(), free_port()
        engine_options = [] if engine == "espeak" else ["--engine=tone", f"--engine-options={engine}"]
        command = [f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={tmp_path}", *engine_options, *options]
        environ = {f"VOXGATE_{name.upper()}": str(value) for name, value in settings.items()}
        with (tmp_path / f"gateway-{port}.log").open("w+b") as log:
            process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [sys.executable, "-m", "gateway", *command],
                stderr=log,
                env={**os.environ, "GRPC_VERBOSITY": "NONE", **environ},
            )
            server = Gateway(process, log, port, grpc_port)
            try:
                await server.started(2 if "--processes=2" in options else 1)
                yield server
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                assert await server.ended() == expect, server.log()
                assert "Traceback" not in server.log(), server.log()
            finally:
                server.kill()

    return serve


@pytest.fixture
def client():
    """`async with client(server) as one`; transport: "websocket" or "grpc"."""

    def talk_to(server, transport="websocket", **options):
        if transport == "websocket":
            return websocket(server.url, **options)
        return grpc_call(f"127.0.0.1:{server.grpc_port}")

    return talk_to


@pytest.fixture
def bystanders(client):
    """`async with bystanders(server) as them`: streams that nothing may disturb; proved at the end.

    They speak sentence after sentence until the block is left. gap: the longest pause in their audio that is forgiven.
    """

    @asynccontextmanager
    async def listen(server, count=4, gap=1.0):
        ending = asyncio.Event()

        async def listen_on(one, number):
            stream = await one.open()
            for turn in itertools.count(1):
                sentence = f"Listener {number} hears sentence {turn}, whole and in order. "
                before = len(stream.pcm)
                await one.say(sentence)
                await one.until(lambda: one.closed or stream.kinds().count("flush_done") == turn)  # noqa: B023 - awaited here
                assert one.closed is None
                assert stream.pcm[before:] == pcm(sentence)
                if ending.is_set():
                    break
            assert stream.longest_gap < gap

        async with AsyncExitStack() as stack:
            kinds = ["grpc" if number % 4 == 3 else "websocket" for number in range(count)]
            ones = [await stack.enter_async_context(client(server, kind)) for kind in kinds]
            async with asyncio.TaskGroup() as group:
                for number, one in enumerate(ones):
                    group.create_task(listen_on(one, number))
                for one in ones:
                    await one.until(lambda: one.streams and one.streams["a"].pcm)  # noqa: B023 - awaited here
                yield
                ending.set()

    return listen


@pytest.fixture
def tunnel():
    """`async with tunnel(port) as (line, its_port)`."""

    @asynccontextmanager
    async def dig(port):
        line = Tunnel(port)
        listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
        try:
            yield line, listener.sockets[0].getsockname()[1]
        finally:
            await line.close()
            listener.close()

    return dig


@pytest.fixture
def raw():
    """`raw(server)`: a socket without manners, to HTTP's port if no other is named; all are closed at the end."""
    opened = []

    def dial(server, port=None, **options):
        opened.append(RawSocket(port or server.port, **options))
        return opened[-1]

    yield dial
    for each in opened:
        each.close()


@pytest.fixture(name="frame")
def frame_fixture():
    return frame


@pytest.fixture(name="until")
def until_fixture():
    return until
