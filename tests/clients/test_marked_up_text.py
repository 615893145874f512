"""Markdown, SSML and pronunciations through a real gateway and its workers, heard by the client."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import voxgate
from voxgate import Audio, Pronunciation, Words
from voxgate.ports import ask_gateway

from synth.engines.signature import block

pytestmark = pytest.mark.slow

VOXGATE = str(Path(sys.executable).with_name("voxgate"))
STARTUP = 30  # seconds; a loaded machine took 8
SECOND = bytes(48_000)
MARKDOWN = "# Plan\n- **Buy** [milk](http://x.y/z) 😀\n- see `x_y`\n\n```\ncode\n```\nBye."
SSML = '<speak>One <break time="1500ms"/><voice name="tone-2">two</voice> R&amp;D <sub alias="three">3</sub>.</speak>'


@contextmanager
def serving(data, *options):
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(data), "VOXGATE_LOG_FORMAT": "json"}
    command = (VOXGATE, "serve", "--port", "0", "--grpc-port", "0", *options)
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            said = (json.loads(line) for line in process.stdout if line.startswith(b"{"))
            listening = next(line for line in said if line["event"] == "listening")
            deadline = time.monotonic() + STARTUP
            while ask_gateway(listening["port"]) != "ready":  # another process: it can only be asked
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield {"http": f"127.0.0.1:{listening['port']}", "grpc": f"127.0.0.1:{listening['grpc_port']}"}
        finally:
            process.terminate()
            process.stdout.read()


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("tone"), "--engine", "tone", "--engine-options", "pace=0") as ports:
        yield ports


@pytest.fixture(scope="module")
def espeak(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("espeak")) as ports:
        yield ports


def speech(ports, text, **fields):
    """The PCM of POST /v1/speech."""
    body = json.dumps({"text": text, "encoding": "pcm_s16le", "sample_rate": 24_000} | fields).encode()
    with urllib.request.urlopen(f"http://{ports['http']}/v1/speech", body) as reply:
        return reply.read()


def sound(text, amplitude=8_000):
    return b"".join(block(character, amplitude) for character in text if not character.isspace())


def test_markdown_is_heard_without_its_marks(tone):
    assert speech(tone, MARKDOWN, text_format="markdown") == sound("Plan Buy milk see x_y Bye.")
    assert speech(tone, "a **b**, 2*3", text_format="plain") == sound("a **b**, 2*3")


def test_ssml_is_heard_as_it_says_to_the_sample(tone):
    heard = speech(tone, SSML, text_format="ssml")

    assert heard == sound("One") + SECOND + bytes(24_000 * 2 // 2) + sound("two", 6_000) + sound("R&D three.")


def test_pronunciations_are_heard(tone):
    said = [{"phrase": "nginx", "alias": "engine x"}, {"phrase": "Ann", "ipa": "aN"}]

    assert speech(tone, "Use NGINX, Ann's.", pronunciations=said) == sound("Use engine x, aN's.")


def test_what_cannot_be_read_is_told_with_its_place(tone):
    with pytest.raises(urllib.error.HTTPError) as caught:
        speech(tone, "<speak><p>Hi</speak>", text_format="ssml")

    error = json.load(caught.value)["error"]
    assert (caught.value.code, error["reason"]) == (400, "invalid_text")
    assert error["message"] == "SSML, at character 12: </speak>, where </p> is open"


async def listen(ports, kind, text, **fields):
    """The audio, and the words with their times, of a text that comes three characters at a time."""
    scheme = {"http": "ws", "grpc": "grpc"}[kind]
    pieces = [text[start : start + 3] for start in range(0, len(text), 3)]

    async def written():
        for piece in pieces:
            yield piece

    audio, words = b"", []
    async with voxgate.connect(f"{scheme}://{ports[kind]}") as session:
        settings = {"encoding": "pcm_s16le", "sample_rate": 24_000, "words": True, **fields}
        async with session.context(**settings) as context:
            async for event in context.speak(written(), close=True):
                match event:
                    case Audio():
                        audio += event.audio
                    case Words():
                        words += event.words
    return audio, [(text[word.text_start : word.text_end], round(word.start, 3)) for word in words]


@pytest.mark.parametrize("kind", ["http", "grpc"])
async def test_words_are_told_in_the_clients_own_text_as_it_streams(tone, kind):
    audio, words = await listen(tone, kind, SSML, text_format="ssml")

    assert audio == sound("One") + SECOND * 1 + bytes(24_000) + sound("two", 6_000) + sound("R&D three.")
    times = [0.0, 0.2 + 1.5, 1.9, 2.1]
    assert words == [("One", times[0]), ("two", times[1]), ("R&amp;D", times[2]), ("3</sub>.", times[3])]


@pytest.mark.parametrize("kind", ["http", "grpc"])
async def test_a_dictionary_is_the_contexts_own(tone, kind):
    said = [Pronunciation("nginx", alias="engine x"), Pronunciation("US", ipa="jues", match_case=True)]
    audio, words = await listen(tone, kind, "**nginx** in the US, us.", text_format="markdown", pronunciations=said)

    assert audio == sound("engine x in the jues, us.")
    assert [word for word, _ in words] == ["nginx", "nginx", "in", "the", "US,", "us."]


async def test_espeak_speaks_phonemes_pauses_and_rates(espeak):
    text = 'Say <phoneme ph="vˈɑːksɡeɪt">this</phoneme> <break time="2s"/><prosody rate="50%">slowly now</prosody>.'
    audio, words = await listen(espeak, "http", text, text_format="ssml", voice="en-us")
    plain, _ = await listen(espeak, "http", "Say voxgate. slowly now.", voice="en-us")

    assert [word for word, _ in words][:2] == ["Say", "this"]
    samples = np.frombuffer(audio, "<i2")
    loud = np.flatnonzero(np.abs(samples) > 300)
    assert (np.diff(loud) > 2 * 24_000).sum() == 1, "one pause of two seconds"
    assert 2.3 < (len(audio) - len(plain)) / 48_000 < 3.6
    times = dict(words)
    assert times["now"] - times["slowly"] > 0.6


def test_the_command_reads_markup_and_pronunciations(tone, tmp_path):
    (tmp_path / "words.txt").write_text("# ours\nnginx = engine x\n\nAnn = /aN/\n", encoding="utf-8")
    command = [
        VOXGATE,
        "say",
        "**nginx** and C++, Ann.",
        "-o",
        "x.pcm",
        "--text-format",
        "markdown",
        "--sample-rate",
        "24000",
    ]
    said = ["--pronounce", "@words.txt", "--pronounce", "C++=C plus plus", "--url", f"http://{tone['http']}"]

    done = subprocess.run([*command, *said], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.pcm").read_bytes() == sound("engine x and C plus plus, aN.")
