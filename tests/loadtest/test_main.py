"""The whole of it: real processes, the real gateway with the tone engine."""

import asyncio
import json
import os
import sys

import pytest

from loadtest.fleet import Plan, run
from loadtest.floor import Schedule, floor
from loadtest.floor_client import listen
from loadtest.processes import Meter, ServerError, child, voxgate
from loadtest.script import Style
from loadtest.wire import Target

pytestmark = pytest.mark.slow
AT_ONCE = ("--engine=tone",)


async def loadtest(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "loadtest", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, told = await process.communicate()
    return process.returncode, output.decode(), told.decode()


@pytest.mark.parametrize(("fault", "status"), [("", 0), ("drops a sample", 1)])
async def test_the_exit_status_says_whether_all_was_right(scripted, fault, status):
    async with scripted(fault) as url:
        options = ("--ws=4", "--seconds=0.5", "--script=whole", "--encoding=pcm_s16le", f"--server-pid={os.getpid()}")
        returned, output, told = await loadtest("run", f"--url={url}", *options)

    (summary,) = json.loads(output)
    assert returned == status, told
    assert summary["messages"] > 0
    assert summary["cpu"]["gateway"] > 0
    assert ("audio in the wrong place" in told) == bool(fault)


async def test_a_server_that_does_not_start_says_why():
    with pytest.raises(ServerError, match="tls_cert"), voxgate("--tls-cert=nowhere.pem"):
        pass


def test_a_child_ends_with_its_block():
    with child("http.server", "--bind=127.0.0.1", "0") as server:
        assert server.process.poll() is None

    assert server.process.returncode is not None


@pytest.mark.parametrize("opus", [False, True])
def test_the_floor_sends_its_schedule(opus):
    with floor(Schedule(opus=opus, frames=5, period=0.1)) as server:
        meter = Meter(server.pid)
        measures = listen(server.url, 4, 0.1, 1.0)

    assert measures.messages == pytest.approx(4 * 10, abs=4 * 3)
    assert len(measures.turns) == 4
    assert meter.rss["gateway"] > 0


def test_the_gateway_makes_no_mistake():
    style = Style(pace=200.0, words=(2, 6), turns=3, interrupted=0.5, think=0.0, speech=100.0, listens=False)
    with voxgate(*AT_ONCE) as server:
        for encoding in ("pcm_s16le", "ogg_opus", "opus"):
            plan = Plan(Target(server.url, server.grpc, encoding), ws=6, grpc=2, seconds=2.0, style=style, contexts=2)
            findings = run(plan, 1, lambda: None)
            assert findings.faults.counts == {}, findings.faults
            assert len(findings.measures.turns) > 8
