import asyncio
import json

import aiohttp
import pytest

PCM = {"encoding": "pcm_s16le", "sample_rate": 8000}


async def speak(site, path="/v1/speech", **body):
    async with site.http.post(path, json=body) as response:
        return response, await response.read()


def reason_of(body):
    error = json.loads(body)["error"]
    assert set(error) == {"code", "reason", "message", "retryable", "audio_sent_ms"}
    return error["reason"]


async def test_a_text_is_spoken_to_its_last_word(site):
    response, body = await speak(site, text="Hello. How are you today?", **PCM)

    assert response.status == 200
    assert response.headers["Content-Type"] == "audio/pcm"
    assert body.decode().rstrip() == "Hello. How are you today?"


async def test_audio_leaves_before_the_text_is_spoken(site):
    """In chunks: the voice says its first word and then waits for ever."""
    async with site.http.post("/v1/speech", json={"text": "Hello there.", "voice": "stuck", **PCM}) as response:
        assert response.status == 200
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert await response.content.readany() == b"Hello "


@pytest.mark.parametrize("encoding", ["ogg_opus", "mp3", "wav", "flac"])
async def test_the_body_is_a_file_of_the_encoding(site, encoding):
    signatures = {"ogg_opus": b"OggS", "mp3": b"\xff", "wav": b"RIFF", "flac": b"fLaC"}

    response, body = await speak(site, text="Hello.", encoding=encoding)

    assert response.status == 200
    assert body.startswith(signatures[encoding])


async def test_a_client_that_hangs_up_takes_the_synthesis_along(site):
    async with site.http.post("/v1/speech", json={"text": "Hello there.", "voice": "stuck", **PCM}) as response:
        await response.content.readany()
        response.close()
        await site.synth.abandoned.length(1)

    assert site.synth.abandoned == ["Hello there."]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"text": "Hello.", "voice": "nobody"}, 404, "unknown_voice"),
        ({"text": "Hello.", "voice": "ann+nobody"}, 404, "unknown_voice"),
        ({"text": "Hello.", "language": "tlh"}, 404, "unknown_voice"),
        ({"text": "Hello.", "encoding": "mp5"}, 400, "unsupported_format"),
        ({"text": "Hello.", "encoding": "mp3", "sample_rate": 12345}, 400, "unsupported_format"),
        ({"text": "Hello.", "speed": 9}, 400, "invalid_setting"),
        ({"text": "Hello.", "text_format": "html"}, 400, "invalid_setting"),
        ({"text": "Hello.", "latency": "none"}, 400, "invalid_setting"),
        ({"text": " \n"}, 400, "invalid_setting"),
        ({"text": "...!"}, 400, "invalid_setting"),
        ({}, 400, "invalid_message"),
        ({"text": 7}, 400, "invalid_message"),
        ({"text": None}, 400, "invalid_message"),
        ({"text": "Hello.", "voice": "silent"}, 400, "invalid_setting"),
    ],
)
async def test_what_cannot_be_spoken_is_refused_before_the_first_byte(site, body, status, reason):
    response, said = await speak(site, **body)

    assert (response.status, reason_of(said)) == (status, reason)
    assert response.headers["Content-Type"] == "application/json"


async def test_a_failure_of_the_engine_after_the_first_byte_cuts_the_body(site):
    async with site.http.post("/v1/speech", json={"text": "Hello.", "voice": "broken", **PCM}) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def post_bytes(site, body, path="/v1/speech"):
    async with site.http.post(path, data=body, headers={"Content-Type": "application/json"}) as response:
        return response.status, await response.read()


BODIES = {
    "nothing": b"",
    "no json": b"{nonsense",
    "no object": b"[]",
    "invalid utf-8": b'{"text":"\xff\xfe"}',
    "deep": b'{"text":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep and unknown": b'{"text":"Hello.","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number of 20,000 digits": b'{"text":"Hello.","sample_rate":' + b"9" * 20_000 + b"}",
    "a speed of 20,000 digits": b'{"text":"Hello.","speed":' + b"9" * 20_000 + b"}",
    "a negative rate": b'{"text":"Hello.","sample_rate":-1}',
    "not a number": b'{"text":"Hello.","speed":NaN}',
    "infinity": b'{"text":"Hello.","speed":Infinity}',
    "a number without end": b'{"text":"Hello.","speed":1e999}',
    "half a character": b'{"text":"Hello \\ud800."}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_makes_no_sense_is_the_clients_fault(site, body):
    status, said = await post_bytes(site, body)

    assert status == 400
    assert reason_of(said) in ("invalid_message", "invalid_setting", "unsupported_format")


async def test_a_body_that_is_too_large_is_not_read(site):
    status, said = await post_bytes(site, json.dumps({"text": "Hello. " * 50_000}).encode())

    assert (status, reason_of(said)) == (413, "message_too_large")


async def test_control_characters_and_unknown_fields_do_no_harm(site):
    response, said = await speak(site, text="Hello\0 there.", extra={"a": [1]}, **PCM)

    assert response.status == 200
    assert said.decode().rstrip() == "Hello  there."


async def test_a_path_or_method_that_is_not_there_says_so(site):
    async with site.http.post("/v1/nothing") as response:
        assert response.status == 404
    async with site.http.get("/v1/speech") as response:
        assert response.status == 405


# voices, health, metrics


async def voices(site, query=""):
    async with site.http.get(f"/v1/voices{query}") as response:
        assert response.status == 200
        return (await response.json())["voices"]


async def test_voices_are_listed_with_what_a_client_needs(site):
    [voice] = await voices(site, "?gender=male")

    assert voice["name"] == "bob"
    assert voice["language"] == "de"
    assert voice["sample_rate"] == 8000
    assert set(voice) >= {"name", "engine", "language", "gender", "display_name", "sample_rate"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 8),
        ("?language=en", 7),
        ("?language=EN-US", 7),
        ("?language=de&gender=female", 0),
        ("?engine=echo", 8),
        ("?engine=other", 0),
    ],
)
async def test_voices_are_filtered(site, query, count):
    assert len(await voices(site, query)) == count


async def status_of(site, path):
    async with site.http.get(path) as response:
        return response.status


async def test_the_server_is_alive_also_while_no_worker_is_ready(site):
    site.synth.ready = False

    assert await status_of(site, "/livez") == 200
    assert await status_of(site, "/readyz") == 503

    site.synth.ready = True
    assert await status_of(site, "/readyz") == 200


async def test_a_server_that_goes_away_is_not_ready_and_takes_nobody(site):
    await site.gateway.runner.drain(0)

    assert await status_of(site, "/livez") == 200
    assert await status_of(site, "/readyz") == 503
    async with site.http.post("/v1/speech", json={"text": "Hello."}) as response:
        assert response.status == 503
        assert response.headers["Retry-After"] == "1"
        assert reason_of(await response.read()) == "draining"


async def test_metrics_count_and_say_nothing_of_anybody(site):
    await speak(site, text="A secret word.", voice="bob", **PCM)
    await speak(site, text="Secret again.", voice="confidential", **PCM)

    async with site.http.get("/metrics") as response:
        assert response.status == 200
        published = await response.text()

    assert site.gateway.count("contexts_total", outcome="done") == 1
    assert site.gateway.count("ttfa_seconds_count", protocol="http") == 1
    assert site.gateway.count("streams_active", protocol="http") == 0
    for private in ("secret", "Secret", "bob", "confidential"):
        assert private not in published


# keys and tokens


async def test_without_a_right_key_nobody_is_served(site):
    _, secret = await site.keys.create("app")
    for path in ("/v1/speech", "/v1/tokens", "/api/v1/tts/speech"):
        async with site.http.post(path, json={"text": "Hello."}) as response:
            assert response.status == 401, path
    assert await status_of(site, "/v1/voices") == 401
    assert await status_of(site, "/livez") == 200
    assert await status_of(site, "/metrics") == 200

    for headers in ({"Authorization": f"Bearer {secret}"}, {"xi-api-key": secret}, {"X-API-Key": secret}):
        async with site.http.post("/v1/speech", json={"text": "Hello."}, headers=headers) as response:
            assert response.status == 200
    assert site.gateway.count("rejected_total", reason="unauthenticated") == 4


async def test_a_token_opens_the_door_once(site):
    _, secret = await site.keys.create("app")
    async with site.http.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"}) as response:
        issued = await response.json()
    assert issued["expires_in"] == 60

    path = f"/v1/voices?token={issued['token']}"

    assert await status_of(site, path) == 200
    assert await status_of(site, path) == 401


async def test_a_token_cannot_buy_another(site):
    _, secret = await site.keys.create("app")
    async with site.http.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"}) as response:
        token = (await response.json())["token"]

    async with site.http.post(f"/v1/tokens?token={token}") as response:
        assert response.status == 401


@pytest.mark.parametrize("body", [b'{"lifetime":0}', b'{"lifetime":-1}', b'{"lifetime":1e999}', b'{"lifetime":"x"}'])
async def test_a_token_has_a_lifetime_that_makes_sense(site, body):
    assert (await post_bytes(site, body, "/v1/tokens"))[0] == 400


async def test_one_connection_too_many_is_told_to_come_back(open_site):
    async with open_site(max_connections=1) as site:
        held = {"text": "Hello there.", "voice": "stuck", **PCM}
        async with site.http.post("/v1/speech", json=held) as response:
            await response.content.readany()

            async with site.http.post("/v1/speech", json={"text": "Hello."}) as refused:
                assert refused.status == 429
                assert refused.headers["Retry-After"] == "1"
                assert reason_of(await refused.read()) == "too_many_connections"
            response.close()
            await site.synth.abandoned.length(1)

        async with asyncio.timeout(5):
            while (await speak(site, text="Hello.", **PCM))[0].status == 429:
                pass


# Voice.ai


async def test_voiceais_one_shot_is_mp3_at_32_khz(site):
    for path in ("/api/v1/tts/speech", "/api/v1/tts/speech/stream"):
        response, body = await speak(site, path, text="Hello.", model="voiceai-tts-v1-latest", language="en")
        assert response.status == 200
        assert response.headers["Content-Type"] == "audio/mpeg"
        # MPEG-1 layer III without CRC, 32 kHz, mono
        assert body[:2] == b"\xff\xfb"
        assert (body[2] >> 2 & 3, body[3] >> 6) == (2, 3)


async def test_voiceais_formats_are_known(site):
    response, body = await speak(
        site, "/api/v1/tts/speech", text="Hello there. Bye.", voice_id="bob", audio_format="pcm_8000"
    )

    assert response.status == 200
    assert body.decode().rstrip() == "Hello there. Bye."


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        (b"{}", ["body", "text"], "missing"),
        (b'{"text":7}', ["body", "text"], "type_error"),
        (b'{"text":"Hello.","voice_id":7}', ["body", "voice_id"], "type_error"),
        (b"{", ["body"], "json_invalid"),
        (b'{"text":" "}', ["body"], "value_error"),
        (b'{"text":"Hello.","audio_format":"mp5"}', ["body"], "value_error"),
    ],
)
async def test_voiceais_errors_have_the_vendors_shape(site, body, place, kind):
    status, said = await post_bytes(site, body, "/api/v1/tts/speech")

    assert status == 422
    [detail] = json.loads(said)["detail"]
    assert (detail["loc"], detail["type"]) == (place, kind)
    assert detail["msg"]


async def test_a_voice_that_voiceai_does_not_have_is_not_found(site):
    status, said = await post_bytes(site, b'{"text":"Hello.","voice_id":"nobody"}', "/api/v1/tts/speech/stream")

    assert (status, json.loads(said)) == (404, {"detail": "no voice is named 'nobody'"})
