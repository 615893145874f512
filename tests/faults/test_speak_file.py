"""`voxgate speak-file` and `voxgate jobs`: gateways that die, networks that stop, clients that are killed.

The tone engine's samples name their text, so a file proves by itself that nothing is missing, twice or out of place.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest

from loadtest.processes import free_port
from loadtest.signature import pcm

pytestmark = pytest.mark.slow

VOXGATE = str(Path(sys.executable).with_name("voxgate"))
SENTENCE = "A sentence that is some seconds long, and another clause of it. "
TEXT = "\n\n".join(f"{number}. {SENTENCE * 3}" for number in range(12))
RAW = ("--sample-rate", "24000")


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "book.txt").write_text(TEXT)
    return folder


@pytest.fixture
async def voxgate(here):
    """Starts the command in a folder of its own, with a gateway's address."""
    started = []

    async def start(port, *arguments, stdin=None):
        started.append(
            await asyncio.create_subprocess_exec(
                VOXGATE,
                *map(str, arguments),
                stdin=stdin or asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=here,
                env={**os.environ, "VOXGATE_URL": f"http://127.0.0.1:{port}"},
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process, said=None):
    """Exit status, stdout, stderr."""
    out, err = await process.communicate(said)
    return process.returncode, out.decode(), err.decode()


class Line:
    """A way to a gateway that stops after so many bytes, counts them, and can be cut."""

    def __init__(self, port, most):
        self.port, self.most, self.carried = port, most, 0
        self._writers = []

    async def carry(self, reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers += [writer, up_writer]
        await asyncio.gather(self._copy(reader, up_writer), self._bring(up_reader, writer), return_exceptions=True)

    async def _copy(self, reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def _bring(self, reader, writer):
        while self.carried < self.most and (data := await reader.read(min(65_536, self.most - self.carried))):
            self.carried += len(data)
            writer.write(data)
            await writer.drain()
        if self.carried < self.most:
            writer.close()

    def cut(self):
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def line_to(port, most=10**12):
    line = Line(port, most)
    listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    try:
        yield line, listener.sockets[0].getsockname()[1]
    finally:
        line.cut()
        listener.close()


async def test_a_book_is_spoken_into_a_file(gateway, voxgate, here):
    async with gateway("pace=0") as server:
        status, out, err = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW))
        again = await ended(
            await voxgate(server.port, "speak-file", "-", "-o", "again.pcm", *RAW, stdin=-1), TEXT.encode()
        )
        jobs = json.loads((await ended(await voxgate(server.port, "jobs", "list", "--json")))[1])["jobs"]

    assert (status, out, again[0]) == (0, "", 0)
    assert f"spoken {len(TEXT):,} of {len(TEXT):,} characters" in err
    assert err.splitlines()[-1].startswith(f"book.pcm: {len(TEXT):,} characters, ")
    assert (here / "book.pcm").read_bytes() == (here / "again.pcm").read_bytes() == pcm(TEXT)
    assert len(jobs) == 1  # the same text and settings are the same job
    assert sorted(path.name for path in here.iterdir()) == ["again.pcm", "book.pcm", "book.txt"]


async def test_killed_while_it_is_spoken_it_goes_on_with_the_same_job(gateway, voxgate, here, until):
    async with gateway("pace=0.05") as server:
        first = await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
        await until(lambda: '"processing"' in server.get("/v1/jobs")[1], 20.0)
        first.kill()
        await first.wait()
        status, _, _ = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW))
        jobs = json.loads(server.get("/v1/jobs")[1])["jobs"]

    assert (status, len(jobs), jobs[0]["attempts"]) == (0, 1, 1)
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)


async def test_killed_while_it_is_fetched_it_goes_on_at_the_byte(gateway, voxgate, here, until):
    whole = len(pcm(TEXT))
    async with gateway("pace=0") as server, line_to(server.port, most=whole // 2) as (line, port):
        first = await voxgate(port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
        await until(lambda: line.carried == line.most, 30.0)
        part = here / "book.pcm.part"
        await until(lambda: part.stat().st_size > whole // 3, 10.0)
        first.kill()
        await first.wait()
        there = part.stat().st_size
        async with line_to(server.port) as (second, other):
            status, _, _ = await ended(await voxgate(other, "speak-file", "book.txt", "-o", "book.pcm", *RAW))

    assert status == 0
    assert not (here / "book.pcm.part").exists()
    assert second.carried < whole - there + 20_000
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)


async def test_a_network_that_is_cut_in_mid_file_is_waited_for(gateway, voxgate, here, until):
    whole = len(pcm(TEXT))
    async with gateway("pace=0") as server, line_to(server.port, most=whole // 2) as (line, port):
        run = await voxgate(port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
        await until(lambda: line.carried == line.most, 30.0)
        line.most = 10**12
        line.cut()
        status, _, err = await ended(run)

    assert (status, line.carried < whole + 40_000) == (0, True)
    assert "trying again" in err
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)


async def test_a_gateway_that_is_killed_and_started_again_is_waited_for(gateway, voxgate, here, until):
    port = free_port()
    async with gateway("pace=0.1", port=port, expect=-signal.SIGKILL) as server:
        run = await voxgate(port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
        await until(lambda: '"processing"' in server.get("/v1/jobs")[1], 20.0)
        server.kill()
    async with gateway("pace=0", port=port) as server:
        status, _, err = await ended(run)
        jobs = json.loads(server.get("/v1/jobs")[1])["jobs"]

    assert (status, len(jobs), jobs[0]["attempts"]) == (0, 1, 2)
    assert "trying again" in err
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)


async def test_ctrl_c_leaves_the_job(gateway, voxgate, until):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background ignore it
    try:
        async with gateway("pace=0.1") as server:
            run = await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
            await until(lambda: '"processing"' in server.get("/v1/jobs")[1], 20.0)
            run.send_signal(signal.SIGINT)
            status, _, err = await ended(run)
            jobs = json.loads(server.get("/v1/jobs")[1])["jobs"]
    finally:
        signal.signal(signal.SIGINT, before)

    assert (status, jobs[0]["state"]) == (130, "processing")
    assert err.splitlines()[-1] == "voxgate: stopped; the gateway speaks on, and the same command fetches it"


async def test_a_text_above_the_gateways_limit_is_several_jobs_and_one_file(gateway, voxgate, here):
    async with gateway("pace=0", max_text=700) as server:
        status, _, _ = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW))
        mp3, _, _ = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.mp3"))
        ogg, _, _ = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.ogg"))
        wav = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.wav"))
        jobs = json.loads(server.get("/v1/jobs?limit=100")[1])["jobs"]

    assert (status, mp3, ogg, len(jobs)) == (0, 0, 0, 12)
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)
    seconds = len(pcm(TEXT)) / 48_000
    assert seconds <= duration(here / "book.mp3") < seconds + 4 * 0.2
    with av.open(str(here / "book.mp3")) as file:
        assert (file.duration or 0) / av.time_base == pytest.approx(seconds, abs=4 * 0.2), "it tells that of all parts"
    assert wav[0] == 2
    assert "wav cannot be joined; take one of: mp3, aac, ogg_opus" in wav[2]


def duration(path):
    """Seconds that a decoder makes of it."""
    with av.open(str(path)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


async def test_a_job_that_was_cancelled_is_made_anew(gateway, voxgate, here, until):
    async with gateway("pace=0.1") as server:
        run = await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW)
        await until(lambda: json.loads(server.get("/v1/jobs")[1])["jobs"], 20.0)
        (job,) = json.loads(server.get("/v1/jobs")[1])["jobs"]
        assert (await ended(await voxgate(server.port, "jobs", "cancel", job["id"])))[0] == 0
        status, _, err = await ended(run)
    async with gateway("pace=0") as server:
        again, _, _ = await ended(await voxgate(server.port, "speak-file", "book.txt", "-o", "book.pcm", *RAW))

    assert (status, err.splitlines()[-1]) == (1, "voxgate: the job was cancelled")
    assert again == 0
    assert (here / "book.pcm").read_bytes() == pcm(TEXT)


@pytest.fixture
def here_and_now(here, monkeypatch, capsys):
    """Runs the command in this process, which is quicker: (exit status, stdout, stderr)."""
    from voxgate.cli import app

    monkeypatch.chdir(here)

    async def run(server, *arguments):
        monkeypatch.setenv("VOXGATE_URL", f"http://127.0.0.1:{server.port}")
        status = await asyncio.to_thread(app, map(str, arguments), result_action="return_value")
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


async def test_what_cannot_be_done_is_said_in_a_line(gateway, here_and_now, here):
    (here / "empty.txt").write_text(" \n")
    async with gateway("pace=0") as server:
        runs = {
            ("speak-file", "book.txt", "-o", "book.doc"): (2, "cannot tell the format"),
            ("speak-file", "nothing.txt", "-o", "book.mp3"): (2, "cannot read nothing.txt"),
            ("speak-file", "empty.txt", "-o", "book.mp3"): (2, "the text is empty"),
            ("speak-file", "book.txt", "-o", "no/book.mp3"): (2, "cannot write no/book.mp3.part"),
            ("speak-file", "book.txt", "-o", "book.mp3", "--voice", "nobody"): (1, "no voice is named 'nobody'"),
            ("speak-file", "book.txt", "-o", "book.mp3", "--url", "http://127.0.0.1:1"): (1, "is the server running"),
            ("jobs", "show", "nothing"): (1, "there is no such job"),
            ("jobs", "fetch", "nothing", "-o", "x.mp3"): (1, "there is no such job"),
            ("jobs", "list", "--url", "grpc://x"): (2, "asked over HTTP"),
        }
        for arguments, (status, text) in runs.items():
            told, out, err = await here_and_now(server, *arguments)

            assert (told, out) == (status, ""), (arguments, err)
            assert text in err
            assert err.count("\n") == 1


async def test_jobs_are_submitted_shown_listed_fetched_and_deleted(gateway, here_and_now, here):
    async with gateway("pace=0") as server:

        async def jobs(*arguments):
            status, out, err = await here_and_now(server, "jobs", *arguments)
            assert status == 0, err
            return out.strip()

        job_id = await jobs("submit", SENTENCE, "--format", "pcm_s16le", *RAW)
        await jobs("fetch", job_id, "-o", "one.pcm")
        listed, shown, text = await jobs("list"), await jobs("show", job_id), await jobs("text", job_id)
        completed = json.loads(await jobs("list", "--state", "completed", "--json"))
        await jobs("delete", job_id)
        left = await jobs("list", "--json")

    assert (here / "one.pcm").read_bytes() == pcm(SENTENCE)
    assert job_id in listed
    assert "completed" in shown
    assert text == SENTENCE.strip()
    assert completed["jobs"][0]["id"] == job_id
    assert json.loads(left)["jobs"] == []
