"""The worker as a process, as its users and the gateway start it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import grpc
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import synth_pb2

pytestmark = pytest.mark.slow

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
PARENT = """
import subprocess, sys
worker = subprocess.Popen([sys.executable, "-m", "synth", *sys.argv[1:], "--parent-pipe"], stdin=subprocess.PIPE)
print(worker.pid, flush=True)
worker.wait()
"""
DYING_ENGINE = """
import sys
from synth.__main__ import main
from synth.config import WorkerConfig
from synth.engines import tone

class Dying(tone.ToneEngine):
    def synthesize(self, batch, emit):
        if batch[0].utterance.text == "die":
            raise ZeroDivisionError("the engine is broken")
        super().synthesize(batch, emit)

tone.ToneEngine = Dying
main(WorkerConfig(listen=sys.argv[1], engine="tone"))
"""

TELLING_ENGINE = """
import os, sys
from synth.__main__ import main
from synth.config import WorkerConfig
from synth.engines import tone

class Telling(tone.ToneEngine):
    def __init__(self, options):
        super().__init__(options)
        self.name = os.environ["OMP_NUM_THREADS"] + " " + os.environ["OMP_WAIT_POLICY"]

tone.ToneEngine = Telling
main(WorkerConfig(listen=sys.argv[1], engine="tone"))
"""


@pytest.fixture
def address(tmp_path):
    return f"unix:{tmp_path}/synth"


@asynccontextmanager
async def process(*command, stdin=None):
    running = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=stdin, stderr=subprocess.PIPE)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


@pytest.fixture
def served(streaming):
    """`async with served(address) as stream` to a worker that says that it is ready."""

    @asynccontextmanager
    async def serve(address):
        async with grpc.aio.insecure_channel(address, options=[("grpc.initial_reconnect_backoff_ms", 50)]) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), wait_for_ready=True)
            while (await watch.read()).status != SERVING:
                pass
            async with streaming(channel) as stream:
                yield stream

    return serve


async def test_sigterm_finishes_what_runs_and_exits_with_0(address, served):
    async with process("-m", "synth", "--listen", address, "--engine", "tone", "--tone.pace", "0.5") as worker:
        async with served(address) as stream:
            call = stream.ask("Hello")
            first = await anext(aiter(call))
            worker.send_signal(signal.SIGTERM)
            rest = [reply async for reply in call]

            assert sum(len(reply.pcm) for reply in [first, *rest]) == 5 * 3200
            assert rest[-1].HasField("done")
        assert await asyncio.wait_for(worker.wait(), 5) == 0
        log = (await worker.communicate())[1].decode()
    assert [name in log for name in ('"serving"', '"stopping"', '"stopped"')] == [True] * 3


async def test_the_grace_is_the_longest_that_sigterm_waits(address, served):
    options = ("--tone.pace", "1", "--grace", "0.2")
    command = ("-m", "synth", "--listen", address, "--engine", "tone", *options)
    async with process(*command) as worker, served(address) as stream:
        await anext(aiter(stream.ask("x" * 1000)))
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.wait(), 5) == 0


async def test_espeak_speaks_and_stops_as_a_process(address, served):
    async with process("-m", "synth", "--listen", address) as worker:
        async with served(address) as stream:
            replies = [reply async for reply in stream.ask("Hello there.", "en-us+Annie")]
        worker.send_signal(signal.SIGINT)

        assert await asyncio.wait_for(worker.wait(), 5) == 0
    assert sum(len(reply.pcm) for reply in replies) > 22_050


async def test_a_worker_exits_within_two_seconds_of_its_parents_death(address, served):
    options = ("--listen", address, "--engine", "tone", "--tone.busy", "10")
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, *options, stdout=subprocess.PIPE)
    worker = psutil.Process(int(await parent.stdout.readline()))
    async with served(address) as stream:
        call = stream.ask("a long text that keeps the engine busy")
        await anext(aiter(call))
        parent.kill()
        await parent.wait()
        began = time.monotonic()
        await asyncio.to_thread(_wait_gone, worker)

    assert time.monotonic() - began < 2.0


def _wait_gone(worker):
    """Nobody reaps an orphan in a container without an init, so a zombie counts as gone."""
    while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


async def test_a_worker_with_a_parent_leaves_ctrl_c_to_it(address, served):
    options = ("--listen", address, "--engine", "tone", "--parent-pipe")
    async with process("-m", "synth", *options, stdin=subprocess.PIPE) as worker:
        async with served(address) as stream:
            worker.send_signal(signal.SIGINT)
            replies = [reply async for reply in stream.ask("Hi")]
            assert replies[-1].HasField("done")
        worker.stdin.close()
        assert await asyncio.wait_for(worker.wait(), 2) == 0


async def test_a_bug_in_the_engine_ends_the_process_with_an_error(address, served):
    async with process("-c", DYING_ENGINE, address) as worker:
        async with served(address) as stream:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                [reply async for reply in stream.ask("die")]
        errors = (await worker.communicate())[1].decode()

    assert worker.returncode == 1
    assert caught.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
    assert "the engine is broken" in errors


async def test_settings_come_from_the_environment_too(address, served):
    environment = os.environ | {"VOXGATE_SYNTH_LISTEN": address, "VOXGATE_SYNTH_ENGINE": "tone"}
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "synth", env=environment)
    async with served(address) as stream:
        described = await stream.describe(synth_pb2.DescribeRequest())
    worker.terminate()

    assert described.engine == "tone"
    assert await worker.wait() == 0


async def test_a_worker_listens_on_a_port_and_refuses_one_that_is_taken(served):
    async with process("-m", "synth", "--listen", "127.0.0.1:0", "--engine", "tone") as first:
        started = (await first.stderr.readline()).decode()
        address = started.split('"address": "')[1].split('"')[0]
        async with served(address) as stream:
            assert [reply async for reply in stream.ask("Hi")]
        async with process("-m", "synth", "--listen", address, "--engine", "tone") as second:
            await second.communicate()
            assert second.returncode == 1


async def test_an_unknown_engine_is_told_with_the_known_ones(address):
    command = (sys.executable, "-m", "synth", "--listen", address, "--engine", "harp")
    refused = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = (await refused.communicate())[0].decode()

    assert refused.returncode != 0
    assert "known: espeak, kokoro, tone" in told


@pytest.mark.parametrize(("given", "told"), [({}, "1 PASSIVE"), ({"OMP_NUM_THREADS": "3"}, "3 PASSIVE")])
async def test_an_engine_finds_one_thread_that_sleeps_while_it_waits_unless_the_operator_wants_more(
    address, served, given, told
):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")} | given
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", TELLING_ENGINE, address, env=environment)
    async with served(address) as stream:
        described = await stream.describe(synth_pb2.DescribeRequest())
    worker.terminate()
    await worker.wait()

    assert described.engine == told
