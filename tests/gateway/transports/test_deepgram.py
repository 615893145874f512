"""Deepgram's requests on real sockets, as its SDK, LiveKit and Pipecat make them."""

import asyncio
import io
import json

import aiohttp
import av
import pytest
import websockets

QUERY = {"model": "ann", "encoding": "linear16", "sample_rate": "8000"}
TEXT = "Hello there. How are you?"


async def post(site, headers=None, path="/v1/speak", **query):
    async with site.http.post(path, params=query, json={"text": TEXT}, headers=headers) as response:
        return response, await response.read()


@pytest.mark.parametrize("path", ["/v1/speak", "/v2/speak"])
async def test_livekit_gets_samples_without_a_container(site, path):
    response, body = await post(site, path=path, **QUERY, container="none", mip_opt_out="False")

    assert response.status == 200
    assert body.decode().split() == TEXT.split()
    assert response.headers["dg-request-id"] == response.headers["x-request-id"]
    assert response.headers["dg-model-name"] == "ann"
    assert response.headers["dg-char-count"] == str(len(TEXT))


@pytest.mark.parametrize(
    ("query", "kind", "codec", "rate"),
    [
        ({}, "mp3", "mp3float", 22_050),
        ({"encoding": "mp3", "bit_rate": "32000"}, "mp3", "mp3float", 22_050),
        ({"encoding": "linear16"}, "wav", "pcm_s16le", 24_000),
        ({"encoding": "linear16", "container": "wav", "sample_rate": "16000.0"}, "wav", "pcm_s16le", 16_000),
        ({"encoding": "mulaw"}, "wav", "pcm_mulaw", 8_000),
        ({"encoding": "alaw", "container": "wav", "sample_rate": "8000"}, "wav", "pcm_alaw", 8_000),
        ({"encoding": "opus", "bit_rate": "650000"}, "ogg", "opus", 48_000),
        ({"encoding": "flac", "sample_rate": "48000"}, "flac", "flac", 48_000),
        ({"encoding": "aac", "bit_rate": "32000"}, "aac", "aac", 22_050),
    ],
)
async def test_a_file_is_what_it_was_asked_to_be(site, query, kind, codec, rate):
    _, body = await post(site, model="aura-2-andromeda-en", **query)

    with av.open(io.BytesIO(body)) as file:
        stream = file.streams.audio[0]
        assert (file.format.name, stream.codec_context.name, stream.rate) == (kind, codec, rate)
        assert sum(frame.samples for frame in file.decode(audio=0)) > 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"model": "nobody"}, "INVALID_QUERY_PARAMETER"),
        ({"encoding": "vorbis"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"encoding": "mp3", "container": "wav"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"encoding": "opus", "container": "none"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"encoding": "linear16", "bit_rate": "64000"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"encoding": "linear16", "sample_rate": "12345"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"sample_rate": "many"}, "INVALID_QUERY_PARAMETER"),
        ({"sample_rate": "nan"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"sample_rate": "1e400"}, "UNSUPPORTED_AUDIO_FORMAT"),
        ({"speed": "9"}, "INVALID_QUERY_PARAMETER"),
        ({"speed": "nan"}, "INVALID_QUERY_PARAMETER"),
        ({"callback": "https://example.org"}, "INVALID_QUERY_PARAMETER"),
    ],
)
async def test_errors_have_the_vendors_shape(site, query, code):
    response, said = await post(site, **{"model": "ann", **query})

    error = json.loads(said)
    assert (response.status, error["err_code"]) == (400, code)
    assert response.headers["dg-error"] == error["err_msg"]
    assert error["request_id"] == response.headers["dg-request-id"] == response.headers["x-request-id"]


@pytest.mark.parametrize("body", [b"{nonsense", b"{}", b'{"text":5}', b'{"text":" "}'])
async def test_a_body_that_makes_no_sense_is_the_clients_fault(site, body):
    async with site.http.post("/v1/speak?model=ann", data=body) as response:
        assert response.status == 400
        assert set(await response.json()) == {"err_code", "err_msg", "request_id"}


def connect(site, headers=None, path="/v1/speak", **query):
    return site.http.ws_connect(path, params={**QUERY, **query}, headers=headers)


def message(kind, **fields):
    return json.dumps({"type": kind, **fields})


async def hear(socket, last):
    """(audio, types) up to the message of the type that is waited for."""
    audio, kinds = b"", []
    while not kinds or kinds[-1] != last:
        frame = await socket.receive(timeout=5)
        if frame.type is aiohttp.WSMsgType.BINARY:
            audio += frame.data
        else:
            assert frame.type is aiohttp.WSMsgType.TEXT, frame
            kinds.append(json.loads(frame.data)["type"])
    return audio, kinds


@pytest.mark.parametrize(("path", "last"), [("/v1/speak", "Flushed"), ("/v2/speak", "SpeechMetadata")])
async def test_two_turns_on_a_socket(site, path, last):
    async with connect(site, path=path) as socket:
        for _ in range(2):
            for word in TEXT.split():
                await socket.send_str(message("Speak", text=f"{word} "))
            await socket.send_str(message("Flush"))
            audio, kinds = await hear(socket, last)
            assert audio.decode().split() == TEXT.split()
            assert kinds.count(last) == 1


@pytest.mark.parametrize("path", ["/v1/speak", "/v2/speak"])
async def test_a_socket_that_was_interrupted_is_closed_at_once(site, path):
    """As LiveKit's pool does before the next turn: it waits for a word for a second, then for the closing handshake."""
    async with connect(site, path=path, model="stuck") as socket:
        await socket.send_str(message("Speak", text="Once upon a time. "))
        await site.synth.asked.length(1)
        while (await socket.receive(timeout=5)).type is not aiohttp.WSMsgType.BINARY:
            pass  # nothing more will come by itself

        started = asyncio.get_running_loop().time()
        await socket.send_str(message("Speak", text="There was a king"))
        await socket.send_str(message("Flush"))
        await socket.send_str(message("Close"))
        answer = await socket.receive(timeout=1)
        await socket.close()

    assert answer.type is aiohttp.WSMsgType.TEXT
    assert asyncio.get_running_loop().time() - started < 0.5
    assert socket.close_code == 1000


async def test_after_a_clear_only_what_comes_next_is_heard(site):
    async with connect(site, model="endless") as socket:
        await socket.send_str(message("Speak", text="Sing. "))
        await socket.send_str(message("Flush"))
        while (await socket.receive(timeout=5)).type is not aiohttp.WSMsgType.BINARY:
            pass
        await socket.send_str(message("Clear"))
        await hear(socket, "Cleared")
        await site.synth.abandoned.length(1)

        await socket.send_str(message("Flush"))
        assert await hear(socket, "Flushed") == (b"", ["Flushed"])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"model": "nobody"}, "nobody"),
        ({"encoding": "mp3"}, "encoding is one of"),
        ({"sample_rate": "7"}, "no sample rate 7"),
        ({"speed": "9"}, "speed is from"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/speak", "/v2/speak"])
async def test_what_a_url_asks_in_vain_is_refused_before_the_upgrade(site, path, query, told):
    asked = "&".join(f"{name}={value}" for name, value in {**QUERY, **query}.items())
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://{site.address}{path}?{asked}")

    response = refused.value.response
    assert response.status_code == 400
    assert told in response.headers["dg-error"] or path == "/v2/speak"
    assert json.loads(response.body)["request_id"] == response.headers["dg-request-id"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("speed=1.01", "SPEED_INCREMENT_INVALID"),
        ("speed=1.9", "SPEED_OUT_OF_RANGE"),
        ("expressivity=5", "EXPRESSIVITY_OUT_OF_RANGE"),
        ("expressivity=0.5", "EXPRESSIVITY_OUT_OF_RANGE"),
    ],
)
async def test_flux_names_what_is_wrong(site, query, told):
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://{site.address}/v2/speak?model=ann&{query}")

    assert refused.value.response.headers["dg-error"].startswith(told)


async def test_a_wrong_key_is_told_where_clients_look(site):
    await site.keys.create("app")
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(
            f"ws://{site.address}/v1/speak?model=ann", additional_headers={"Authorization": "Token wrong"}
        )

    assert refused.value.response.status_code == 401
    assert refused.value.response.headers["dg-error"]
    assert json.loads(refused.value.response.body)["err_code"] == "INVALID_AUTH"


async def test_a_granted_token_is_good_until_it_is_too_old(site):
    _, secret = await site.keys.create("app")
    key = {"Authorization": f"Token {secret}"}
    async with site.http.post("/v1/auth/grant", json={"ttl_seconds": 60}, headers=key) as response:
        granted = await response.json()
    async with site.http.post("/v1/auth/grant", headers=key) as response:
        assert (await response.json())["expires_in"] == 30

    assert granted["expires_in"] == 60
    for _ in range(2):
        bearer = {"Authorization": f"Bearer {granted['access_token']}"}
        async with connect(site, bearer) as socket:
            assert json.loads((await socket.receive()).data)["type"] == "Metadata"


async def test_models_are_the_voices_and_only_deepgrams_clients_mean_these(site):
    _, secret = await site.keys.create("app")
    headers = {"Authorization": f"Token {secret}"}
    async with site.http.get("/v1/models", headers=headers) as response:
        models = await response.json()
    async with site.http.get("/v1/models/aura-2-andromeda-en", headers=headers) as response:
        andromeda = await response.json()

    assert [model["canonical_name"] for model in models["tts"]] == [voice.name for voice in site.synth.catalog.voices]
    assert set(andromeda) >= {"name", "canonical_name", "architecture", "languages", "version", "uuid", "metadata"}
    assert andromeda["canonical_name"] == "ann"


async def test_a_name_goes_into_a_header_as_far_as_it_can(site):
    response, _ = await post(site, **{**QUERY, "model": "ann+\r\nx: é"}, container="none")

    assert response.status == 200
    assert response.headers["dg-model-name"] == "ann+??x: ?"
