"""ElevenLabs' clients over real sockets: how they are let in, and what a turn sounds like in each format."""

import asyncio
import base64
import io
import json

import av
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

MULTI = "/v1/text-to-speech/{voice}/multi-stream-input?model_id=eleven_flash_v2_5&auto_mode=true&output_format={format}"
SINGLE = MULTI.replace("multi-", "")


def to(site, path=MULTI, voice="ann", output="pcm_8000", **options):
    url = f"ws://{site.address}{path.format(voice=voice, format=output)}"
    return connect(url, open_timeout=5, **options)


async def say(socket, *messages):
    for message in messages:
        await socket.send(json.dumps(message))


async def hear(socket):
    """Everything until isFinal or the end of the connection, and the code of that."""
    heard = []
    async with asyncio.timeout(5):
        try:
            while not (heard and heard[-1].get("isFinal")):
                heard.append(json.loads(await socket.recv()))
        except ConnectionClosed as closed:
            return heard, closed.rcvd.code
    return heard, None


async def turn(socket, text="Hello there."):
    await say(socket, {"text": " ", "context_id": "a"}, {"text": text, "context_id": "a"})
    await say(socket, {"context_id": "a", "flush": True}, {"context_id": "a", "close_context": True})
    heard, code = await hear(socket)
    assert code is None
    return heard


def audio_of(heard):
    return b"".join(base64.b64decode(message.get("audio") or "") for message in heard)


async def refused(connecting):
    with pytest.raises(InvalidStatus) as refusal:
        await connecting
    return refusal.value.response.status_code, json.loads(refusal.value.response.body)["detail"]


async def test_a_turn_ends_with_is_final_and_the_socket_serves_the_next(site):
    async with to(site) as socket:
        for _ in range(2):
            heard = await turn(socket)
            assert audio_of(heard).decode().split() == ["Hello", "there."]
            assert heard[-1] == {"isFinal": True, "contextId": "a", "context_id": "a"}


@pytest.mark.parametrize("voice", ["hpp4J3VqNfWAUOO0d1Us", "21m00Tcm4TlvDq8ikWAM", "None"])
async def test_the_voices_that_clients_come_with_are_found(site, voice):
    async with to(site, voice=voice) as socket:
        assert audio_of(await turn(socket))


async def test_an_unknown_voice_is_refused_before_the_upgrade(site):
    status, detail = await refused(to(site, voice="nobody"))

    assert (status, detail["status"]) == (404, "voice_not_found")
    assert "nobody" in detail["message"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("output_format=pcm_7", "invalid_output_format"), ("inactivity_timeout=soon", "invalid_setting")],
)
async def test_what_cannot_be_is_refused_before_the_upgrade(site, query, status):
    path = f"/v1/text-to-speech/ann/stream-input?{query}"

    assert (await refused(to(site, path)))[1]["status"] == status


async def test_a_wrong_key_is_refused_before_the_upgrade(site):
    await site.keys.create("mine")

    status, detail = await refused(to(site, additional_headers={"xi-api-key": "wrong"}))

    assert (status, detail["status"]) == (401, "invalid_api_key")


async def test_a_key_opens_the_socket(site):
    _, key = await site.keys.create("mine")

    async with to(site, additional_headers={"xi-api-key": key}) as socket:
        assert audio_of(await turn(socket))


@pytest.mark.parametrize("name", ["xi-api-key", "xi_api_key", "authorization"])
async def test_a_key_may_come_with_the_first_message(site, name):
    _, key = await site.keys.create("mine")
    value = f"Bearer {key}" if name == "authorization" else key

    async with to(site, SINGLE) as socket:
        await say(socket, {"text": " ", name: value}, {"text": "Hello."}, {"text": ""})
        heard, _ = await hear(socket)

    assert audio_of(heard).decode().strip() == "Hello."


async def test_a_first_message_without_a_key_is_turned_away(site):
    await site.keys.create("mine")

    async with to(site) as socket:
        await say(socket, {"text": " ", "context_id": "a"})
        heard, code = await hear(socket)

    assert [message["error"] for message in heard] == ["invalid_api_key"]
    assert code == 1008


async def test_a_single_use_token_opens_one_socket(site):
    _, key = await site.keys.create("mine")
    async with site.http.post("/v1/single-use-token/tts_websocket", headers={"xi-api-key": key}) as response:
        token = (await response.json())["token"]
    path = f"{MULTI}&single_use_token={token}"

    async with to(site, path) as socket:
        assert audio_of(await turn(socket))
    assert (await refused(to(site, path)))[0] == 401


@pytest.mark.parametrize("output", ["mp3_22050_32", "mp3_44100_128", "opus_48000_32"])
async def test_what_is_compressed_is_one_stream(site, output):
    async with to(site, output=output) as socket:
        heard = await turn(socket, "One. Two. Three. " * 20)

    with av.open(io.BytesIO(audio_of(heard))) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) > 0


async def test_the_times_of_a_turn_add_up_to_its_audio(site):
    """Of what begins in the last message, too, whatever the resampler still held."""
    async with to(site, output="pcm_44100") as socket:
        heard = await turn(socket, "One. Two. Three. " * 40)

    told = [message["alignment"] for message in heard if message.get("alignment")]
    spans = sum(each["charStartTimesMs"][-1] + each["charDurationsMs"][-1] for each in told)
    assert abs(spans - len(audio_of(heard)) / 2 / 44.1) <= 1
    assert "".join("".join(each["chars"]) for each in told).split() == ["One.", "Two.", "Three."] * 40


async def test_with_sync_alignment_each_message_ends_with_its_audio_and_livekits_times_go_on(site):
    async with to(site, f"{MULTI}&sync_alignment=true") as socket:
        heard = await turn(socket, "One. Two. Three. " * 40)

    clock = 0
    for message in heard:
        if message.get("audio"):
            told, audio = message["alignment"], base64.b64decode(message["audio"])
            assert abs(told["charStartTimesMs"][-1] + told["charDurationsMs"][-1] - len(audio) / 16) <= 1
        if normalized := message.get("normalizedAlignment"):
            assert normalized["charStartTimesMs"][0] >= clock
            clock = normalized["charStartTimesMs"][-1]
    assert abs(clock - len(audio_of(heard)) / 16) <= 2


@pytest.mark.slow
async def test_a_single_socket_that_hears_nothing_is_closed(site):
    path = f"{SINGLE}&inactivity_timeout=1"
    async with to(site, path) as socket:
        await say(socket, {"text": "Hello."})
        heard, code = await hear(socket)

    assert audio_of(heard).decode().strip() == "Hello."
    assert (heard[-1]["error"], code) == ("input_timeout_exceeded", 1008)
