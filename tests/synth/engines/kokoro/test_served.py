"""Kokoro behind the real gateway, as a process of its own, spoken to by the real client."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import metadata
from itertools import pairwise
from pathlib import Path

import pytest
import voxgate
from voxgate import Audio, ContextDone, SpeechError, Words
from voxgate.cli import app

from synth.config import KokoroOptions

pytestmark = pytest.mark.slow

VOXGATE = str(Path(sys.executable).with_name("voxgate"))
TEXT = 'It costs $3.50, said Zorgblatt. "Yes", he added: a well-known price - really! Now 2 more things follow.'
START = 60  # seconds: torch, lexicons, network, on a machine that others use too


class Gateway:
    def __init__(self, port, grpc_port):
        self.http = f"http://127.0.0.1:{port}"
        self.websocket = f"ws://127.0.0.1:{port}"
        self.grpc = f"grpc://127.0.0.1:{grpc_port}"

    def get(self, path):
        with urllib.request.urlopen(self.http + path) as reply:
            return json.load(reply)

    def ready(self):
        try:
            return self.get("/readyz") == {"status": "ready"}
        except OSError:
            return False


def serve(data, *options, **environ):
    command = [VOXGATE, "serve", "--port", "0", "--grpc-port", "0", "--engine", "kokoro", *options]
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(data), "VOXGATE_LOG_FORMAT": "json", **environ}
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, small_checkpoint):
    options = f"weights={small_checkpoint}/model.pth,device=cpu"
    with serve(tmp_path_factory.mktemp("data"), "--engine-options", options) as process:
        try:
            told = next(line for line in map(json.loads, process.stdout) if line["event"] == "listening")
            gateway = Gateway(told["port"], told["grpc_port"])
            deadline = time.monotonic() + START
            while not gateway.ready():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield gateway
        finally:
            process.terminate()
            process.stdout.read()
    assert process.returncode == 0


@pytest.fixture(params=["websocket", "grpc"])
def url(request, gateway):
    return getattr(gateway, request.param)


async def tokens():
    for word in TEXT.split(" "):
        yield word + " "


async def listen(context, text, *, close):
    return [event async for event in context.speak(text, close=close)]


def words_of(events):
    return [word for event in events if isinstance(event, Words) for word in event.words]


async def test_speech_comes_and_every_word_is_told_in_the_clients_own_text(url):
    async with (
        voxgate.connect(url) as session,
        session.context(encoding="pcm_s16le", words=True, voice="af_bella(2)+am_adam(1)") as context,
    ):
        events = await listen(context, tokens(), close=True)

    audio = sum(len(event.audio) for event in events if isinstance(event, Audio)) / 2 / 24_000
    words = words_of(events)
    (done,) = [event for event in events if isinstance(event, ContextDone)]
    assert done.usage.audio_seconds == pytest.approx(audio, abs=0.01)
    assert [TEXT[word.text_start : word.text_end] for word in words] == [word for word in TEXT.split() if word != "-"]
    assert all(one.end <= other.start + 1e-6 for one, other in pairwise(words))
    assert 0 <= words[0].start < words[-1].end <= audio


@pytest.mark.parametrize("number", [0, 3, 9, 14])
async def test_a_barge_in_tells_what_was_heard_to_the_word(url, number):
    async with (
        voxgate.connect(url) as session,
        session.context(encoding="pcm_s16le", words=True, voice="bf_emma", max_lead=0) as context,
    ):
        words = words_of(await listen(context, TEXT, close=False))
        heard_last, next_one = words[number], words[number + 1]
        cleared = await context.clear(played_ms=1000 * (heard_last.end + next_one.start) / 2)

    assert cleared.heard + cleared.unheard == TEXT
    assert heard_last.text_end <= len(cleared.heard) <= next_one.text_start


async def test_a_mix_of_which_a_part_is_missing_is_an_unknown_voice(url):
    async with voxgate.connect(url) as session:
        with pytest.raises(SpeechError):
            async with session.context(encoding="pcm_s16le", voice="af_bella+af_sky") as context:
                await listen(context, "Hello.", close=True)


async def test_what_has_no_sound_ends_well(url):
    async with (
        voxgate.connect(url) as session,
        session.context(encoding="pcm_s16le", words=True, voice="af_heart") as context,
    ):
        events = await listen(context, "東京. Hello.", close=True)

    assert [word.text_end for word in words_of(events)] == [10]
    assert isinstance(events[-1], ContextDone)


PAGE = Path(__file__).parents[4] / "docs/kokoro.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_pages_sentences_are_said_as_written(gateway, tmp_path):
    for command in BLOCKS[1].splitlines():
        path = f"{Path(VOXGATE).parent}:{os.environ['PATH']}"
        environ = {**os.environ, "PATH": path, "VOXGATE_URL": gateway.http}
        subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environ, check=True, capture_output=True)
    assert all((tmp_path / name).read_bytes().startswith(b"RIFF") for name in ("emma.wav", "mix.wav"))


def test_the_pages_settings_start_a_server(small_checkpoint, tmp_path):
    words = BLOCKS[2].replace("/models/kokoro", str(small_checkpoint)).split()
    command, options = words[:4], words[4:]
    assert command == ["voxgate", "serve", "--engine", "kokoro"]
    with serve(tmp_path, *options) as process:
        told = next(line for line in map(json.loads, process.stdout) if line["event"] == "serving")
        process.terminate()
    assert (told["engine"], told["voices"]) == ("kokoro", 4)


def test_the_pages_first_commands_are_those_that_there_are():
    install, fetch, start = map(shlex.split, BLOCKS[0].splitlines())
    extras = set(re.findall(r"voxgate\[([\w-]+)\]", PAGE.read_text(encoding="utf-8")))

    assert install == ["pip", "install", "voxgate[kokoro]"]
    assert extras <= set(metadata("voxgate").get_all("Provides-Extra") or ())
    for command in (fetch, start):
        assert app.parse_args(command[1:], exit_on_error=False)


def test_every_setting_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")

    assert not [name for name in KokoroOptions.model_fields if f"| `{name}` |" not in page]


def test_the_voices_that_are_there_are_listed(gateway):
    voices = gateway.get("/v1/voices?language=en")["voices"]

    assert [voice["name"] for voice in voices] == ["af_heart", "af_bella", "am_adam", "bf_emma"]


def test_what_was_left_out_is_counted(gateway):
    with urllib.request.urlopen(gateway.http + "/metrics") as reply:
        counted = dict(line.rsplit(" ", 1) for line in reply.read().decode().splitlines() if not line.startswith("#"))

    assert float(counted["voxgate_unread_total"]) >= 2


def test_without_files_the_server_ends_at_once_and_says_what_to_do(tmp_path):
    with serve(tmp_path, "--workers", "2", HF_HOME=str(tmp_path)) as process:
        said = process.stdout.read().decode()

    assert process.returncode == 1
    assert 1 <= said.count("no kokoro-v1_0.pth, no config.json, no voices") <= 2  # once each, if the second came so far
    assert "voxgate kokoro fetch" in said
    assert "Traceback" not in said
