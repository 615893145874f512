"""The command, as a process, against the scripted server."""

import asyncio
import json
import os
import signal
import sys
import wave
from pathlib import Path

import pytest

VOXGATE = str(Path(sys.executable).with_name("voxgate"))


class Run:
    """A running `voxgate`."""

    def __init__(self, process) -> None:
        self.process = process

    async def result(self):
        """Exit status, stdout, stderr; standard input ends here."""
        out, err = await self.process.communicate(b"" if self.process.stdin else None)
        return self.process.returncode, out, err.decode()


@pytest.fixture
async def voxgate(server, tmp_path):
    """Starts the command, with the server's address and an own directory."""
    runs = []

    async def start(*arguments, stdin=None, **environ):
        environment = {**os.environ, "VOXGATE_URL": server.http, "XDG_DATA_HOME": str(tmp_path), **environ}
        runs.append(
            await asyncio.create_subprocess_exec(
                VOXGATE,
                *map(str, arguments),
                stdin=stdin or asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=tmp_path,
                env=environment,
            )
        )
        return Run(runs[-1])

    yield start
    for process in runs:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def make_player(directory, name, script):
    """A program of that name on a path of its own; it also holds what a script needs."""
    directory.mkdir(exist_ok=True)
    player = directory / name
    player.write_text(f"#!/bin/sh\n{script}\n")
    player.chmod(0o755)
    return {"PATH": f"{directory}:/usr/bin:/bin"}


async def test_a_text_is_written_to_a_file_whose_ending_names_the_format(voxgate, tmp_path, script):
    options = ("--voice", "en-us", "--latency", "low")
    status, out, err = await (await voxgate("say", "one two three", "-o", "x.wav", *options)).result()

    assert (status, out) == (0, b"")
    assert "0.3 s of audio" in err
    with wave.open(str(tmp_path / "x.wav")) as file:
        assert file.getnframes() == 3 * 2400
    opening = script.heard[0][1]
    assert (opening["voice"], opening["output"]["encoding"], opening["max_lead"]) == ("en-us", "wav", 0)
    assert opening["latency"] == "low"


@pytest.mark.slow
async def test_words_go_to_stderr_when_the_audio_goes_to_stdout(voxgate):
    run = await voxgate("say", "one two", "-o", "-", "--format", "pcm_s16le", "--words", "text", "--quiet")
    status, out, err = await run.result()

    assert (status, len(out), out[:3]) == (0, 9600, b"one")
    assert err.splitlines() == ["   0.000    0.100  one", "   0.100    0.200  two"]


@pytest.mark.slow
async def test_words_are_json_lines_on_stdout_when_the_audio_goes_to_a_file(voxgate):
    _, out, _ = await (await voxgate("say", "one two", "-o", "x.ogg", "--words", "json")).result()

    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[1] == {"word": "two", "text_start": 4, "text_end": 7, "start": 0.1, "end": 0.2}


@pytest.mark.slow
async def test_a_file_is_spoken(voxgate, tmp_path, script):
    (tmp_path / "text.txt").write_bytes("\ufeffgrüß dich".encode())
    status, _, _ = await (await voxgate("say", "--file", "text.txt", "-o", "x.ogg")).result()

    assert status == 0
    assert script.text() == "grüß dich"


@pytest.mark.slow
async def test_a_pipe_is_spoken_while_it_is_being_written(voxgate):
    run = await voxgate("say", "-o", "-", "--format", "pcm_s16le", stdin=asyncio.subprocess.PIPE)
    heard = []
    for word in ("once ", "upon ", "ä ", "time "):
        run.process.stdin.write(word.encode())
        heard.append(await run.process.stdout.readexactly(4800))
    status, rest, _ = await run.result()

    assert [audio.rstrip(b"\0").decode() for audio in heard] == ["once", "upon", "ä", "time"]
    assert (status, rest) == (0, b"")


@pytest.mark.slow
async def test_without_an_output_a_player_plays(voxgate, tmp_path):
    path = make_player(tmp_path / "bin", "ffplay", f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/played')
    status, out, _ = await (await voxgate("say", "one two", **path)).result()

    assert (status, out) == (0, b"")
    assert (tmp_path / "played").read_bytes()[:4] == b"RIFF"
    assert "-autoexit" in (tmp_path / "arguments").read_text()


@pytest.mark.slow
async def test_a_player_that_fails_is_named(voxgate, tmp_path):
    path = make_player(tmp_path / "bin", "ffplay", "cat > /dev/null; exit 3")
    status, _, err = await (await voxgate("say", "one two", "-q", **path)).result()

    assert (status, err) == (1, "voxgate: ffplay failed with exit status 3\n")


@pytest.mark.slow
async def test_no_player_is_said_plainly(voxgate, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = await (await voxgate("say", "one", PATH=str(tmp_path / "empty"))).result()

    assert status == 2
    assert err == ("voxgate: no player found (ffplay, mpv, paplay, aplay); write to a file instead: -o speech.ogg\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("one", "-o", "x.doc"), "cannot tell the format"),
        (("--voise", "-o", "x.ogg"), "unknown option --voise"),
        (("one", "--file", "y", "-o", "x.ogg"), "not both"),
        (("--file", "missing.txt", "-o", "x.ogg"), "cannot read missing.txt: No such file"),
        (("one", "-o", "x.ogg", "--url", "127.0.0.1:8080"), "--url: '127.0.0.1:8080' should start with"),
        (("one", "-o", "x.ogg", "--format", "realaudio"), "realaudio"),
    ],
)
async def test_a_wrong_command_line_ends_with_2(voxgate, arguments, complaint):
    status, out, err = await (await voxgate("say", *arguments)).result()

    assert (status, out) == (2, b"")
    assert complaint in err
    assert "Traceback" not in err


@pytest.mark.slow
async def test_a_speech_error_is_one_line_and_ends_with_1(voxgate, tmp_path):
    status, _, err = await (await voxgate("say", "one", "--voice", "unknown", "-o", "x.ogg")).result()

    assert (status, err) == (1, "voxgate: it is unknown_voice\n")
    assert not (tmp_path / "x.ogg").exists()


@pytest.mark.slow
async def test_a_text_without_a_sound_is_no_success(voxgate, tmp_path):
    status, _, err = await (await voxgate("say", "", "-o", "x.ogg")).result()

    assert (status, err) == (1, "voxgate: the text has nothing to speak\n")
    assert not (tmp_path / "x.ogg").exists()


@pytest.mark.slow
@pytest.mark.parametrize("command", [("say", "one", "-o", "x.ogg"), ("voices",)])
async def test_no_server_is_answered_with_how_to_start_one(voxgate, command):
    status, _, err = await (await voxgate(*command, "--url", "http://127.0.0.1:1")).result()

    assert status == 1
    assert err.endswith("is the server running? Start it with: voxgate serve\n")
    assert err.count("\n") == 1


@pytest.fixture
def interruptible():
    """A shell that starts the tests in the background lets them ignore Ctrl-C, and with them all that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("interruptible")
async def test_ctrl_c_stops_cleanly_and_keeps_what_was_said(voxgate, tmp_path, script):
    run = await voxgate("say", "-", "-o", "x.wav", "--words", "text", stdin=asyncio.subprocess.PIPE)
    run.process.stdin.write(b"one two three ")
    await run.process.stdout.readline()
    await run.process.stdout.readline()
    run.process.send_signal(signal.SIGINT)
    status = await run.process.wait()

    assert status == 130
    assert b"Traceback" not in await run.process.stderr.read()
    with wave.open(str(tmp_path / "x.wav")) as file:
        assert file.getnframes() >= 2400
    assert script.kinds()[-2:] == ["clear", "close_context"]


@pytest.mark.slow
async def test_a_reader_that_leaves_the_pipe_is_said(voxgate):
    run = await voxgate("say", "-", "-o", "-", stdin=asyncio.subprocess.PIPE)
    run.process.stdin.write(b"one ")
    await run.process.stdout.read(1)
    run.process._transport.get_pipe_transport(1).close()
    run.process.stdin.write(b"two three ")

    assert await run.process.wait() == 1
    assert b"nobody reads standard output" in await run.process.stderr.read()


@pytest.mark.slow
async def test_a_key_is_taken_from_the_environment(voxgate, script):
    script.keys = ("sesame",)
    refused, _, err = await (await voxgate("voices")).result()
    status, out, _ = await (await voxgate("voices", VOXGATE_API_KEY="sesame")).result()

    assert (refused, err) == (1, "voxgate: who are you\n")
    assert status == 0
    assert b"English (America)" in out


@pytest.mark.slow
async def test_voices_are_filtered_and_printed_as_json(voxgate):
    status, out, _ = await (await voxgate("voices", "--gender", "female", "--json")).result()

    assert status == 0
    assert [voice["name"] for voice in json.loads(out)["voices"]] == ["de"]


@pytest.mark.slow
async def test_say_loads_neither_grpc_nor_the_server(server, tmp_path):
    code = (
        "import sys; from voxgate.cli import app\n"
        f"app(['say', 'one', '-o', '{tmp_path}/x.ogg', '--url', '{server.http}'], result_action='return_value')\n"
        "print([name for name in ('grpc', 'aiohttp', 'av', 'gateway', 'synth', 'numpy') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()

    assert out == b"[]\n"


@pytest.mark.slow
async def test_help_loads_no_command():
    code = (
        "import sys; from voxgate.cli import app\n"
        "app(['--help'], result_action='return_value')\n"
        "print([name for name in ('voxgate.say', 'gateway', 'synth', 'aiohttp') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()

    assert b"serve" in out
    assert out.endswith(b"[]\n")


@pytest.mark.parametrize(("options", "status"), [(["--json"], 141), ([], 1)])
async def test_whose_reader_has_had_enough_ends_without_a_word(server, options, status):
    read, write = os.pipe()
    os.close(read)
    command = [VOXGATE, "voices", *options]
    environment = {**os.environ, "VOXGATE_URL": server.http}
    stderr = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=write, stderr=stderr)
    os.close(write)

    assert (await process.communicate())[1] == b""
    assert process.returncode == status
