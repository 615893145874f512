"""Home Assistant's own client against the real transport; and clients that are not it."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

from gateway.core.voices import VoiceCatalog
from gateway.transports.wyoming import Bounds, WyomingTransport

BOUNDS = Bounds(line=4096, data=100_000, payload=65_536)
PATIENCE = 5.0


@pytest.fixture
def serve():
    """serve(site, bounds): a context manager that yields the port."""

    @asynccontextmanager
    async def serve_one(site, bounds=BOUNDS):
        transport = WyomingTransport(site.door, lambda: site.synth.catalog, bounds, "1.2.3")
        server = await transport.listen("127.0.0.1", 0, reuse_port=False)
        yield server.sockets[0].getsockname()[1]
        server.close()
        await site.gateway.runner.drain(1.0)

    return serve_one


@pytest.fixture
async def port(site, serve):
    async with serve(site) as port:
        yield port


@pytest.fixture
async def client(port):
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=PATIENCE) as client:
        yield client


async def hear(client, last):
    """Everything up to the event of this type."""
    heard = [await client.read_event()]
    while heard[-1] is not None and heard[-1].type != last:
        heard.append(await client.read_event())
    return heard


def said(heard):
    return b"".join(event.payload for event in heard if event and event.payload).decode().rstrip()


async def speak(client, text, **fields):
    await client.write_event(Synthesize(text, **fields).event())
    return await hear(client, "audio-stop")


# what Home Assistant does


async def test_it_is_told_which_voices_there_are(client):
    await client.write_event(Describe().event())
    info = Info.from_event(await client.read_event())

    (program,) = info.tts
    assert (program.name, program.installed, program.version) == ("voxgate", True, "1.2.3")
    assert program.supports_synthesize_streaming
    voices = {voice.name: (voice.languages, voice.installed) for voice in program.voices}
    assert voices["ann"] == (["en-US"], True)
    assert voices["bob"] == (["de"], True)


async def test_a_text_is_spoken_between_start_and_stop(client):
    heard = await speak(client, "Hello there. How are you?", voice=SynthesizeVoice(name="bob"))

    assert said(heard) == "Hello there. How are you?"
    assert [heard[0].type, heard[-1].type] == ["audio-start", "audio-stop"]
    start = AudioStart.from_event(heard[0])
    assert (start.rate, start.width, start.channels) == (8000, 2, 1)
    assert AudioChunk.from_event(heard[1]).rate == 8000
    assert heard[-1].data["timestamp"] == 1000 * len("Hello there. How are you? ") // 2 // 8000


async def test_a_stream_is_spoken_while_it_is_written(client):
    await client.write_event(SynthesizeStart().event())
    await client.write_event(SynthesizeChunk("Hello there. ").event())
    await client.write_event(SynthesizeChunk("How").event())
    early = await hear(client, "audio-chunk")
    assert said(early) == "Hello there."

    await client.write_event(SynthesizeChunk(" are you?").event())
    await client.write_event(Synthesize("Hello there. How are you?").event())
    await client.write_event(SynthesizeStop().event())
    heard = early + await hear(client, "synthesize-stopped")

    assert said(heard) == "Hello there. How are you?"
    assert [event.type for event in heard if event.type != "audio-chunk"] == [
        "audio-start",
        "audio-stop",
        "synthesize-stopped",
    ]


async def test_a_connection_bears_several_turns_of_both_kinds(client):
    assert said(await speak(client, "One.")) == "One."
    await client.write_event(SynthesizeStart(voice=SynthesizeVoice(language="de")).event())
    await client.write_event(SynthesizeChunk("Zwei.").event())
    await client.write_event(SynthesizeStop().event())
    assert said(await hear(client, "synthesize-stopped")) == "Zwei."
    assert said(await speak(client, "Three.")) == "Three."


async def test_a_turn_that_comes_too_early_waits_for_the_one_before(client, site):
    await client.write_event(Synthesize("One.", voice=SynthesizeVoice(name="gated")).event())
    await client.write_event(Synthesize("Two.").event())
    await client.write_event(Ping("after").event())
    await hear(client, "audio-chunk")
    site.synth.gate.set()

    assert [event.type for event in await hear(client, "audio-stop")] == ["audio-stop"]
    assert said(await hear(client, "audio-stop")) == "Two."


async def test_ssml_is_read(client):
    heard = await speak(client, "<speak>Hello <break time='1ms'/>you.</speak>", text_format="ssml")

    assert said(heard).replace("\0", "").split() == ["Hello", "you."]


async def test_a_ping_is_answered_while_somebody_speaks(client):
    await client.write_event(Synthesize("One.", voice=SynthesizeVoice(name="stuck")).event())
    await hear(client, "audio-chunk")
    await client.write_event(Ping("are you there?").event())

    (pong,) = await hear(client, "pong")
    assert pong.data == {"text": "are you there?"}


@pytest.mark.parametrize("text", ["", " ", "...", "🙂"])
async def test_a_text_without_sound_ends_well(client, text):
    assert said(await speak(client, text)) == ""
    assert said(await speak(client, "Go on.")) == "Go on."


async def test_hanging_up_ends_the_work(port, site):
    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(Synthesize("Sing.", voice=SynthesizeVoice(name="endless")).event())
        await hear(client, "audio-chunk")

    await site.synth.abandoned.length(1)


# what goes wrong


async def failure(client):
    """The error; the connection ends after it."""
    *_, error, end = await hear(client, "nothing")
    assert end is None
    return error.data


async def test_an_unknown_voice_is_told_and_ends_the_connection(client):
    await client.write_event(Synthesize("Hello.", voice=SynthesizeVoice(name="nobody")).event())

    assert (await failure(client))["code"] == "unknown_voice"


async def test_an_engine_that_fails_is_told_after_its_audio(client):
    await client.write_event(Synthesize("Hello there.", voice=SynthesizeVoice(name="broken")).event())
    heard = await hear(client, "error")

    assert said(heard) == "Hello"
    assert heard[-1].data == {"text": "synthesis failed", "code": "internal_error"}
    assert await client.read_event() is None


@pytest.mark.parametrize(
    "event",
    [
        SynthesizeChunk("Hello.").event(),
        SynthesizeStop().event(),
        Synthesize("Hello.", text_format="latex").event(),
        Synthesize("Hello.", voice=SynthesizeVoice(language="tlh")).event(),
    ],
)
async def test_what_cannot_be_is_refused(client, event):
    await client.write_event(event)

    assert (await failure(client))["code"] in ("invalid_message", "invalid_setting", "unknown_voice")


async def test_a_stream_within_a_stream_is_refused(client):
    await client.write_event(SynthesizeStart().event())
    await client.write_event(SynthesizeStart().event())

    assert (await failure(client))["text"] == "synthesize-start before synthesize-stop"


async def test_without_a_worker_nobody_is_told_that_there_are_no_voices(client, site):
    site.synth.catalog = VoiceCatalog([])
    await client.write_event(Describe().event())

    assert (await failure(client))["code"] == "worker_unavailable"


async def test_unknown_events_are_ignored(client):
    for event in ({"type": "select-program", "data": {"name": "x"}}, {"type": "audio-chunk", "payload_length": 5}):
        client._writer.write(json.dumps(event).encode() + b"\n" + b"bytes" * ("payload_length" in event))

    assert said(await speak(client, "Hello.")) == "Hello."


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"[]\n",
        b'{"type": 3}\n',
        b'{"type": "synthesize", "data_length": -1}\n',
        b'{"type": "synthesize", "data_length": 2}\n[]',
        b'{"type": "synthesize", "data": {"text": 5}}\n',
        b'{"type": "synthesize"}\n',
        b'{"type": "synthesize", "data_length": 100001}\n',
        b'{"type": "audio-chunk", "payload_length": 99999999999}\n',
        b"x" * 10_000,
        b'{"a":' * 800 + b"\n",
        b"\xff\xfe\n",
    ],
)
async def test_garbage_is_answered_with_an_error_and_the_end(client, garbage):
    client._writer.write(garbage)

    assert (await failure(client))["code"] in ("invalid_message", "message_too_large")


async def test_a_slow_sender_is_not_waited_for(site, serve):
    async with (
        serve(site, replace(BOUNDS, seconds=0.05)) as port,
        AsyncTcpClient("127.0.0.1", port, read_timeout=PATIENCE) as client,
    ):
        client._writer.write(b'{"type": "synth')

        assert (await failure(client))["text"] == "an event did not come whole within 0.05 s"


async def test_a_client_that_does_not_read_is_dropped(open_site, serve):
    async with open_site(write_deadline=0.1) as site, serve(site) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b'{"type": "synthesize", "data": {"text": "Sing.", "voice": {"name": "endless"}}}\n')

        await site.synth.abandoned.length(1)
        assert site.gateway.count("slow_consumers_total", kind="wyoming") == 1
        writer.close()


async def test_keys_are_not_asked_for_where_the_protocol_has_none(client, site):
    await site.keys.create("app")

    assert said(await speak(client, "Hello.")) == "Hello."


async def test_one_connection_too_many_is_told(open_site, serve):
    async with (
        open_site(max_connections=0) as site,
        serve(site) as port,
        AsyncTcpClient("127.0.0.1", port, read_timeout=PATIENCE) as client,
    ):
        assert (await failure(client))["code"] == "too_many_connections"
