"""Cartesia's requests on real sockets, as its SDK, LiveKit and Pipecat make them."""

import base64
import io
import json

import av
import numpy as np
import pytest
import websockets

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
ASKED = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": "ann"},
    "output_format": RAW,
    "transcript": "Hello there. How are you?",
    "language": None,
}


async def post(site, path, headers=None, **body):
    async with site.http.post(path, json={**ASKED, **body}, headers=headers) as response:
        return response, await response.read()


def container(encoding, container="wav", rate=8000):
    return {"container": container, "encoding": encoding, "sample_rate": rate}


async def test_raw_samples_are_the_text_to_its_last_word(site):
    response, body = await post(site, "/tts/bytes", {"Cartesia-Version": "2025-04-16"})

    assert response.status == 200
    assert response.headers["Content-Type"] == "audio/pcm"
    assert body.decode().split() == ASKED["transcript"].split()


@pytest.mark.parametrize("voice", ["ann", {"id": "ann"}, {"mode": "id", "id": "f786b574-daa5-4673-aa0c-cbe3e8534c02"}])
async def test_a_voice_is_a_name_an_object_or_the_vendors(site, voice):
    response, _ = await post(site, "/tts/bytes", voice=voice)

    assert response.status == 200


@pytest.mark.parametrize(
    ("output", "kind", "name"),
    [
        (container("pcm_s16le"), "wav", "pcm_s16le"),
        (container("pcm_f32le", rate=44_100), "wav", "pcm_f32le"),
        (container("pcm_mulaw"), "wav", "pcm_mulaw"),
        (container("pcm_alaw"), "wav", "pcm_alaw"),
        ({"container": "mp3", "sample_rate": 44_100, "bit_rate": 128_000}, "mp3", "mp3float"),
    ],
)
async def test_a_file_is_what_it_was_asked_to_be(site, output, kind, name):
    response, body = await post(site, "/tts/bytes", output_format=output)

    assert response.headers["Content-Type"] == {"wav": "audio/wav", "mp3": "audio/mpeg"}[kind]
    with av.open(io.BytesIO(body)) as file:
        assert (file.format.name, file.streams.audio[0].codec_context.name) == (kind, name)
        assert file.streams.audio[0].rate == output["sample_rate"]
        assert sum(frame.samples for frame in file.decode(audio=0)) > 0


async def test_floats_without_a_header_are_the_sdks_default(site):
    _, body = await post(site, "/tts/bytes", output_format=container("pcm_f32le", "raw", 8000))

    samples = np.round(np.frombuffer(body, "<f4") * 32_768).astype("<i2")
    assert samples.tobytes().decode().split() == ASKED["transcript"].split()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"voice": "nobody"}, 404, "voice_not_found"),
        ({"voice": "ann+nobody"}, 404, "voice_not_found"),
        ({"output_format": None}, 400, "unsupported_format"),
        ({"output_format": container("opus")}, 400, "unsupported_format"),
        ({"output_format": container("pcm_s16le", "ogg")}, 400, "unsupported_format"),
        ({"output_format": container("pcm_s16le", rate=12_345)}, 400, "unsupported_format"),
        ({"transcript": " "}, 400, "invalid_setting"),
        ({"transcript": 5}, 400, "invalid_message"),
        ({"generation_config": {"speed": 5}}, 400, "invalid_setting"),
    ],
)
@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
async def test_errors_have_the_vendors_shape(site, path, body, status, code):
    response, said = await post(site, path, **body)

    error = json.loads(said)
    assert (response.status, error["status_code"], error["error_code"]) == (status, status, code)
    assert error["title"]
    assert error["message"]
    assert error["request_id"] == response.headers["x-request-id"]


def events_of(body):
    for event in body.decode().split("\n\n")[:-1]:
        name, data = event.split("\n")
        message = json.loads(data.removeprefix("data: "))
        assert name == f"event: {message['type']}"
        yield message


async def test_events_are_the_sockets_messages(site):
    response, body = await post(site, "/tts/sse", add_timestamps=True, context_id="c")
    messages = list(events_of(body))

    assert response.headers["Content-Type"] == "text/event-stream"
    assert {message["context_id"] for message in messages} == {"c"}
    assert [message["done"] for message in messages] == [False] * (len(messages) - 1) + [True]
    audio = b"".join(base64.b64decode(message["data"]) for message in messages if message["type"] == "chunk")
    assert audio.decode().split() == ASKED["transcript"].split()
    words = [word for message in messages for word in message.get("word_timestamps", {}).get("words", [])]
    assert words == ASKED["transcript"].split()


async def test_an_error_within_the_events_is_one_of_them(site):
    response, body = await post(site, "/tts/sse", voice="broken")
    messages = list(events_of(body))

    assert response.status == 200
    assert [message["type"] for message in messages] == ["chunk", "error"]
    assert messages[-1]["request_id"] == response.headers["x-request-id"]


async def voices(site, query=""):
    async with site.http.get(f"/voices{query}") as response:
        return response.status, await response.json()


async def test_voices_come_in_pages(site):
    seen, after = [], ""
    while True:
        _, page = await voices(site, f"?limit=3{after}")
        seen += [voice["id"] for voice in page["data"]]
        if not page["has_more"]:
            break
        after = f"&starting_after={page['data'][-1]['id']}"
    _, before = await voices(site, f"?limit=2&ending_before={seen[3]}")

    assert seen == [voice.name for voice in site.synth.catalog.voices]
    assert [voice["id"] for voice in before["data"]] == seen[1:3]


async def test_voices_are_found_and_described(site):
    _, men = await voices(site, "?gender=masculine&q=BO")
    async with site.http.get("/voices/f786b574-daa5-4673-aa0c-cbe3e8534c02") as response:
        aliased = await response.json()

    [bob] = men["data"]
    assert (bob["id"], bob["language"], bob["name"]) == ("bob", "de", "Bob")
    assert set(bob) >= {"access", "created_at", "description", "is_owner", "locales", "tagline", "visibility"}
    assert aliased["id"] == "ann"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/voices?limit=0", 400),
        ("/voices?limit=x", 400),
        ("/voices?starting_after=nobody", 404),
        ("/voices/nobody", 404),
    ],
)
async def test_voices_that_are_not_there_are_an_error(site, path, status):
    async with site.http.get(path) as response:
        assert response.status == status
        assert (await response.json())["status_code"] == status


async def test_a_token_is_good_until_it_is_too_old(site):
    _, secret = await site.keys.create("app")
    body = {"expires_in": 60, "grants": {"tts": True}}
    async with site.http.post("/access-token", json=body, headers={"X-API-Key": secret}) as response:
        token = (await response.json())["token"]

    for _ in range(2):
        url = f"ws://{site.address}/tts/websocket?access_token={token}&cartesia_version=2025-04-16"
        async with websockets.connect(url) as socket:
            await socket.send(json.dumps({**ASKED, "context_id": "a"}))
            assert json.loads(await socket.recv())["type"] == "chunk"
    response, _ = await post(site, "/tts/bytes", {"Authorization": f"Bearer {token}"})
    assert response.status == 200


@pytest.mark.parametrize("place", ["X-API-Key", "Authorization", "query"])
async def test_a_wrong_key_is_refused_before_the_upgrade(site, place):
    await site.keys.create("app")
    headers = {place: "Bearer vg_wrong" if place == "Authorization" else "wrong"} if place != "query" else {}

    query = "?api_key=wrong" if place == "query" else ""
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://{site.address}/tts/websocket{query}", additional_headers=headers)

    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body)["title"] == "Unauthorized"


async def test_two_turns_on_a_socket(site):
    async with websockets.connect(f"ws://{site.address}/tts/websocket") as socket:
        for context_id in ("one", "two"):
            for transcript, goes_on in (("Hello ", True), ("there. ", True), (" ", False)):
                message = {**ASKED, "context_id": context_id, "transcript": transcript, "continue": goes_on}
                await socket.send(json.dumps(message))
            audio = b""
            while not (message := json.loads(await socket.recv()))["done"]:
                assert message["context_id"] == context_id
                audio += base64.b64decode(message["data"])
            assert audio.decode().split() == ["Hello", "there."]


async def test_a_text_without_sound_is_a_little_silence(site):
    """LiveKit takes a reply without audio for a failure, and asks three times more."""
    response, body = await post(site, "/tts/bytes", transcript="...")

    assert (response.status, body) == (200, bytes(1600))


@pytest.mark.parametrize("limit", ["0", "101", "00000199999", "1" + "0" * 5000, "x"])
async def test_a_page_has_a_bound(site, limit):
    async with site.http.get("/voices", params={"limit": limit}) as response:
        assert response.status == 400
        assert (await response.json())["message"] == "limit is from 1 to 100"


async def test_a_name_that_each_event_would_repeat_is_bounded(site):
    response, _ = await post(site, "/tts/sse", context_id="x" * 129)

    assert response.status == 400
