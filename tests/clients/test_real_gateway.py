"""The client against `voxgate serve` with the engine that everybody has."""

import asyncio
import io
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest
import voxgate
from voxgate import Audio, ContextDone, FlushDone, SpeechError, Words
from voxgate.ports import ask_gateway

pytestmark = pytest.mark.slow

VOXGATE = str(Path(sys.executable).with_name("voxgate"))
TEXT = "The quick brown fox jumps over the lazy dog. It barks twice, and then it sleeps again."
STARTUP = 30  # seconds; a loaded machine took 8


class Gateway:
    def __init__(self, http_port: int, grpc_port: int) -> None:
        self.http = f"http://127.0.0.1:{http_port}"
        self.websocket = f"ws://127.0.0.1:{http_port}"
        self.grpc = f"grpc://127.0.0.1:{grpc_port}"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(tmp_path_factory.mktemp("data")), "VOXGATE_LOG_FORMAT": "json"}
    command = (VOXGATE, "serve", "--port", "0", "--grpc-port", "0")
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            listening = line_about(process.stdout, "listening")
            wait_until_ready(listening["port"])
            yield Gateway(listening["port"], listening["grpc_port"])
        finally:
            process.terminate()
            process.stdout.read()


def line_about(log, event):
    for line in log:
        if line.startswith(b"{") and json.loads(line).get("event") == event:
            return json.loads(line)
    raise AssertionError(f"the gateway ended without {event!r}")


def wait_until_ready(port):
    deadline = time.monotonic() + STARTUP
    while ask_gateway(port) != "ready":  # another process: it can only be asked
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(params=["websocket", "grpc"])
def url(request, gateway):
    return getattr(gateway, request.param)


async def collect(events):
    return [event async for event in events]


def seconds_of(audio):
    with av.open(io.BytesIO(audio)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


@pytest.mark.parametrize("encoding", ["ogg_opus", "mp3", "wav", "flac"])
async def test_each_format_decodes_to_the_seconds_that_the_client_counted(url, encoding):
    async with voxgate.connect(url) as session, session.context(encoding=encoding, max_lead=0) as context:
        events = await collect(context.speak(TEXT, close=True))
        counted = context.seconds

    audio = b"".join(event.audio for event in events if isinstance(event, Audio))
    assert isinstance(events[-1], ContextDone)
    assert seconds_of(audio) == pytest.approx(events[-1].usage.audio_seconds, abs=0.1)
    assert counted == pytest.approx(seconds_of(audio), abs=0.1)


async def test_words_tell_the_text_in_its_order(url):
    async with voxgate.connect(url) as session, session.context(words=True, max_lead=0) as context:
        events = await collect(context.speak((word + " " for word in TEXT.split()), close=True))

    words = [word for event in events if isinstance(event, Words) for word in event.words]
    assert [TEXT[word.text_start : word.text_end] for word in words] == TEXT.split()
    assert all(one.start <= two.start for one, two in itertools.pairwise(words))


async def test_audio_is_numbered_by_its_flush(url):
    async with voxgate.connect(url) as session, session.context(encoding="pcm_s16le") as context:
        first = await collect(context.speak("One sentence."))
        second = await collect(context.speak("Another one."))

    for number, events in enumerate((first, second), start=1):
        assert {event.flush_id for event in events if isinstance(event, Audio)} == {number}
        assert isinstance(events[-1], FlushDone)


async def test_an_interruption_splits_the_text_and_the_next_turn_is_spoken(url):
    async with voxgate.connect(url) as session, session.context(encoding="pcm_s16le", words=True) as context:
        async for _ in context.speak(TEXT * 5):
            if context.seconds > 1:
                break
        cleared = await context.clear(played_ms=500)
        events = await collect(context.speak("Yes?"))

    assert cleared.heard + cleared.unheard == TEXT * 5
    assert 0 < len(cleared.heard) < len(TEXT)
    assert sum(isinstance(event, Audio) for event in events) > 0
    assert isinstance(events[-1], FlushDone)


async def test_an_unknown_voice_is_a_typed_error_and_the_session_lives(url):
    async with voxgate.connect(url) as session:
        async with session.context(voice="nobody") as context:
            with pytest.raises(SpeechError) as unknown:
                await collect(context)
        async with session.context() as context:
            events = await collect(context.speak("Still here.", close=True))

    assert (unknown.value.code, unknown.value.reason) == ("NOT_FOUND", "unknown_voice")
    assert isinstance(events[-1], ContextDone)


async def test_ten_contexts_share_a_session(url):
    async def say(session):
        async with session.context(encoding="mulaw", max_lead=0) as context:
            return len(b"".join([piece async for piece in told(context)]))

    async def told(context):
        await context.append(TEXT)
        await context.close()
        async for piece in context.audio():
            yield piece

    async with voxgate.connect(url) as session:
        sizes = await asyncio.gather(*(say(session) for _ in range(10)))

    assert sizes == [pytest.approx(sizes[0], rel=0.01)] * 10


async def test_the_command_speaks_a_pipe_as_it_comes(gateway):
    process = await asyncio.create_subprocess_exec(
        *(VOXGATE, "say", "-o", "-", "--format", "pcm_s16le", "--url", gateway.http, "--quiet"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    process.stdin.write(b"This is the first sentence. This is ")
    first = await process.stdout.readexactly(24_000)  # half a second of it, while the pipe is open
    process.stdin.write(b"the second one.")
    rest, _ = await process.communicate(b"")

    assert any(first)
    assert len(rest) > 24_000
    assert process.returncode == 0
