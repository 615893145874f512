"""Kyutai's clients, as their sources speak, against the real transports: unmute, and the script of the model's page."""

import asyncio
import io
import json
import struct
import wave

import aiohttp
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

PATH = "/api/tts_streaming"
RATE = 24_000
FRAME = 1_920
WORDS = ("Hello", "there.", "Ben", "&", "Jerry’s:", "how", "are", "you?")


def pack(**fields):
    return msgspec.msgpack.encode(fields)


def to(site, query="format=PcmMessagePack&voice=ann", **options):
    return connect(f"ws://{site.address}{PATH}?{query}", **options)


async def hear(socket):
    """(messages, close code)"""
    heard = []
    async with asyncio.timeout(5):
        try:
            while True:
                heard.append(await socket.recv())
        except ConnectionClosed as closed:
            return heard, closed.rcvd.code


def unpacked(heard):
    return [msgspec.msgpack.decode(message) for message in heard]


@pytest.fixture
async def site(open_site):
    async with open_site() as site:
        site.synth.sample_at(RATE)
        yield site


async def test_unmute_hears_ready_then_words_and_frames_of_80_ms(site):
    async with to(site) as socket:
        (ready,) = unpacked([await socket.recv()])
        assert ready == {"type": "Ready"}
        for word in WORDS:
            await socket.send(pack(type="Text", text=word))
        await socket.send(pack(type="Eos"))
        heard, code = await hear(socket)

    messages = unpacked(heard)
    words = [message for message in messages if message["type"] == "Text"]
    assert tuple(word["text"] for word in words) == WORDS
    assert all(word["stop_s"] >= word["start_s"] for word in words)
    frames = [message["pcm"] for message in messages if message["type"] == "Audio"]
    assert {len(frame) for frame in frames} == {FRAME}
    said = struct.pack(f"<{FRAME}h", *(round(32_768 * value) for value in frames[0])).rstrip(b"\0").decode()
    assert tuple(said.split()) == WORDS
    assert code == 1000


async def test_samples_are_floats_of_32_bits(site):
    async with to(site) as socket:
        await socket.send("Hello.")
        await socket.send(b"\0")
        heard, _ = await hear(socket)

    assert len(heard[-1]) == len(msgspec.msgpack.encode({"type": "Audio", "pcm": []})) + 2 + 5 * FRAME


async def test_text_is_spoken_before_its_end_has_come(site):
    async with to(site, "format=Pcm") as socket:
        await socket.send("word " * 2_000 + "end. And")
        async with asyncio.timeout(5):
            frame = await socket.recv()

    assert len(frame) == 4 * FRAME


async def test_ogg_is_what_is_sent_unless_another_format_is_asked_for(site):
    async with to(site, "") as socket:
        await socket.send("Hello there.")
        await socket.send(b"\0")
        heard, code = await hear(socket)

    assert heard[0].startswith(b"OggS")
    assert code == 1000


async def test_packed_ogg_is_a_list_of_bytes(site):
    async with to(site, "format=OggOpusMessagePack") as socket:
        await socket.send(pack(type="Text", text="Hello there."))
        await socket.send(pack(type="Eos"))
        messages = unpacked((await hear(socket))[0])

    pages = [bytes(message["data"]) for message in messages if message["type"] == "OggOpus"]
    assert b"".join(pages).startswith(b"OggS")
    assert [message["text"] for message in messages if message["type"] == "Text"] == ["Hello", "there."]


async def test_a_pause_in_the_text_is_a_pause(site):
    async with to(site, "format=Pcm") as socket:
        await socket.send('One <break time="0.5s"/> two.')
        await socket.send(b"\0")
        heard, _ = await hear(socket)

    assert len(b"".join(heard)) / 4 / RATE == pytest.approx(0.56, abs=0.05)
    assert [asked.text.strip() for asked in site.synth.asked] == ["One", "two."]


@pytest.mark.parametrize("text", ["", " ", "...", '<break time="0s"/>', '<break time="..s"/>'])
async def test_a_text_without_sound_ends_well(site, text):
    async with to(site) as socket:
        await socket.send(text)
        await socket.send(pack(type="Eos"))
        heard, code = await hear(socket)

    assert [message["type"] for message in unpacked(heard) if message["type"] != "Audio"] == ["Ready"]
    assert code == 1000


async def test_a_voice_that_is_sent_changes_nothing(site):
    async with to(site) as socket:
        await socket.send(pack(type="Voice", embeddings=[0.5, 0.25], shape=[1, 2]))
        await socket.send(pack(type="Text", text="Hello."))
        await socket.send(pack(type="Eos"))
        assert (await hear(socket))[1] == 1000

    assert site.synth.asked[0].voice == "ann"


@pytest.mark.parametrize("frame", [b"\xc1", b"", pack(type="Sing"), pack(type="Text"), pack(a=1), b"\x91" * 30_000])
async def test_what_cannot_be_read_is_told_and_ends_the_connection(site, frame):
    async with to(site) as socket:
        await socket.send(frame)
        heard, code = await hear(socket)

    assert [message["type"] for message in unpacked(heard)] == ["Ready", "Error"]
    assert code == 1007


async def test_an_engine_that_fails_is_told_after_its_audio(site):
    async with to(site, "format=PcmMessagePack&voice=broken") as socket:
        await socket.send(pack(type="Text", text="Hello there."))
        await socket.send(pack(type="Eos"))
        heard, code = await hear(socket)

    assert [message["type"] for message in unpacked(heard)] == ["Ready", "Audio", "Error"]
    assert code == 1011


async def test_a_full_server_says_so_in_the_socket(open_site):
    async with open_site(max_connections=0) as site:
        async with to(site) as socket:
            heard, code = await hear(socket)
        async with to(site, "format=Pcm") as socket:
            assert await hear(socket) == ([], 1013)

    assert unpacked(heard) == [{"type": "Error", "message": "no free channels"}]
    assert code == 1013


@pytest.mark.parametrize(
    ("query", "status"), [("format=Mp3", 400), ("voice=nobody", 404), ("format=PcmMessagePack&voice=nobody", 404)]
)
async def test_what_cannot_be_is_refused_before_the_upgrade(site, query, status):
    with pytest.raises(InvalidStatus) as refused:
        await to(site, query).__aenter__()

    assert refused.value.response.status_code == status


async def test_the_key_is_in_a_header_or_in_the_query(site):
    _, secret = await site.keys.create("app")
    for query, headers in (("", {}), ("auth_id=vg_wrong", {}), ("", {"kyutai-api-key": "vg_wrong"})):
        with pytest.raises(InvalidStatus) as refused:
            await to(site, query, additional_headers=headers).__aenter__()
        assert refused.value.response.status_code == 401
    async with to(site, f"auth_id={secret}"), to(site, additional_headers={"kyutai-api-key": secret}):
        pass


async def test_hanging_up_ends_the_work(site):
    async with to(site, "voice=endless") as socket:
        await socket.send("Sing.")
        await socket.recv()

    await site.synth.abandoned.length(1)


async def test_a_whole_text_is_a_wav_file(site):
    body = {"text": 'Hello <break time="1s"/> & there.', "voice": "ann"}
    async with site.http.post(PATH, json=body) as reply:
        assert (reply.status, reply.content_type) == (200, "audio/wav")
        audio = await reply.read()

    with wave.open(io.BytesIO(audio)) as file:
        assert file.getframerate() == RATE
    assert audio[44:].replace(b"\0", b"").decode().split() == ["Hello", "&", "there."]


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ('{"voice": "ann"}', 400), ('{"text": " "}', 400), ('{"text": "a", "voice": "b"}', 404)],
)
async def test_a_whole_text_that_cannot_be_spoken_is_refused(site, body, status):
    async with site.http.post(PATH, data=body) as reply:
        assert reply.status == status
        assert isinstance(json.loads(await reply.read())["error"], str)


async def test_unmute_finds_a_sign_of_life(site):
    async with aiohttp.ClientSession() as http, http.get(f"http://{site.address}/api/build_info") as reply:
        assert reply.status == 200


async def test_a_request_that_asks_for_no_socket_is_told_so_by_a_full_server_too(open_site):
    async with (
        open_site(max_connections=0) as site,
        aiohttp.ClientSession() as http,
        http.get(f"http://{site.address}{PATH}") as response,
    ):
        assert response.status == 426
