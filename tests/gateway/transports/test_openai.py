"""OpenAI's speech, as its SDKs and the servers that speak its protocol have it."""

import asyncio
import base64
import json

import aiohttp
import pytest

from gateway.accounts.plans import Plan
from gateway.core.aliases import OPENAI
from gateway.core.events import Limits

PATH = "/v1/audio/speech"
ULAW = {"response_format": "g711_ulaw"}  # the echo's own rate: a byte for each of its samples
NAMES = list(OPENAI)


def request(**fields):
    return {"model": "gpt-4o-mini-tts", "input": "Hello there.", "voice": "alloy", **fields}


async def speak(site, path=PATH, **fields):
    async with site.http.post(path, json=request(**fields)) as response:
        return response, await response.read()


async def refused(site, body, **options):
    """(response, error): the body as bytes, or what is to become JSON."""
    said = {"data": body} if isinstance(body, bytes | aiohttp.FormData) else {"json": body}
    async with site.http.post(PATH, **said, **options) as response:
        error = (await response.json())["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert error["message"]
        return response, error


async def events(site, **fields):
    async with site.http.post(PATH, json=request(stream_format="sse", **fields)) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        return parsed(await response.read())


def parsed(body):
    *lines, last = body.decode().split("\n\n")
    assert last == ""
    return [json.loads(line.removeprefix("data: ")) for line in lines]


@pytest.mark.parametrize(
    ("name", "kind", "signature"),
    [
        ("mp3", "audio/mpeg", b"\xff"),
        ("opus", "audio/ogg", b"OggS"),
        ("aac", "audio/aac", b"\xff\xf1"),
        ("flac", "audio/flac", b"fLaC"),
        ("wav", "audio/wav", b"RIFF\xff\xff\xff\xffWAVE"),
        ("pcm", "audio/pcm", b""),
        ("g711_ulaw", "audio/basic", b""),
        ("g711_alaw", "audio/x-alaw-basic", b""),
    ],
)
async def test_each_format_is_what_its_content_type_says(site, name, kind, signature):
    response, body = await speak(site, response_format=name)

    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    assert body.startswith(signature)
    assert len(body) > 20 or not signature


async def test_pcm_is_24_khz(site):
    _, body = await speak(site, input="Hello.", response_format="pcm")

    assert len(body) == 24_000 // 8_000 * len("Hello.")


async def test_without_a_wish_it_is_mp3(site):
    response, _ = await speak(site)

    assert response.headers["Content-Type"] == "audio/mpeg"
    assert response.headers["x-request-id"]
    assert response.headers["X-Accel-Buffering"] == "no"


async def test_the_body_begins_before_the_text_is_spoken(site):
    """In chunks: the voice says its first word and then waits for ever."""
    async with site.http.post(PATH, json=request(voice="stuck", **ULAW)) as response:
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert len(await response.content.readany()) == len("Hello ") // 2


@pytest.mark.parametrize("stream_format", ["audio", "sse"])
async def test_hanging_up_takes_the_synthesis_along(site, stream_format):
    body = request(voice="stuck", stream_format=stream_format, **ULAW)
    async with site.http.post(PATH, json=body) as response:
        await response.content.readany()
        response.close()
        await site.synth.abandoned.length(1)

    assert site.synth.abandoned == ["Hello there."]


async def test_events_carry_the_audio_and_then_the_usage(site):
    *deltas, done = await events(site, input="Hello there. And how are you today?", **ULAW)

    assert [sorted(delta) for delta in deltas] == [["audio", "type"]] * len(deltas)
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    audio = b"".join(base64.b64decode(delta["audio"]) for delta in deltas)
    assert len(audio) == 18
    assert done == {
        "type": "speech.audio.done",
        "usage": {"input_tokens": 9, "output_tokens": 1, "total_tokens": 10},
    }


async def test_a_failure_amid_events_is_one_of_them_and_the_end_is_missing(site):
    async with site.http.post(PATH, json=request(voice="broken", stream_format="sse", **ULAW)) as response:
        said = await response.content.readuntil(b"}\n\n") + await response.content.readuntil(b"}\n\n")
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()

    delta, error = parsed(said)
    assert delta["type"] == "speech.audio.delta"
    assert error == {
        "type": "error",
        "error": {"message": "synthesis failed", "type": "server_error", "param": None, "code": "internal_error"},
    }


async def test_a_failure_amid_audio_cuts_it_off(site):
    async with site.http.post(PATH, json=request(voice="broken", **ULAW)) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


# what may be asked for


async def test_each_of_openais_names_finds_a_voice(site):
    for name in NAMES:
        assert (await speak(site, voice=name))[0].status == 200, name


@pytest.mark.parametrize(("voice", "found"), [("bob", "bob"), ({"id": "bob"}, "bob"), ("ann+bob", "ann+bob")])
async def test_our_own_voices_and_their_mixes_are_found(site, voice, found):
    assert (await speak(site, voice=voice))[0].status == 200
    assert site.synth.asked[0].voice == found


@pytest.mark.parametrize("fields", [{"voice": None}, {"voice": ""}])
async def test_without_a_voice_the_default_speaks(site, fields):
    assert (await speak(site, **fields))[0].status == 200
    assert site.synth.asked[0].voice == "ann"


@pytest.mark.parametrize("speed", [0.25, 1, 4.0, None])
async def test_speed_has_the_vendors_range(site, speed):
    assert (await speak(site, speed=speed))[0].status == 200
    assert site.synth.asked[0].speed == (speed or 1.0)


@pytest.mark.parametrize(("code", "language"), [("a", "en-us"), ("en-us", "en-us"), ("f", "fr-fr")])
async def test_kokoros_letters_are_languages(site, code, language):
    await speak(site, voice="ann", lang_code=code)

    assert site.synth.asked[0].language == language


async def test_what_steers_other_models_is_ignored(site):
    fields = {"instructions": "Cheerfully.", "model": "nobodys-model-9", "stream": True, "volume_multiplier": 2}

    assert (await speak(site, normalization_options={"normalize": False}, **fields))[0].status == 200


async def test_text_may_have_markup(site):
    await speak(site, input="**Hello** there.", text_format="markdown", voice="ann")

    assert site.synth.asked[0].text == "Hello there."


@pytest.mark.parametrize("text", ["...", "🙂", "?!"])
async def test_what_has_no_sound_is_a_little_silence(site, text):
    response, body = await speak(site, input=text, voice="ann", **ULAW)

    assert response.status == 200
    assert body == b"\xff" * 800
    assert site.synth.asked == []


@pytest.mark.parametrize(
    "path", ["/v1/audio/speech/", "/audio/speech", "/openai/deployments/tts-1/audio/speech?api-version=2025-03-01"]
)
async def test_other_spellings_of_the_path_are_understood(site, path):
    assert (await speak(site, path))[0].status == 200


# what is refused, and how


@pytest.mark.parametrize(
    ("fields", "status", "param", "code"),
    [
        ({"voice": "nobody"}, 400, "voice", "unknown_voice"),
        ({"voice": "ann+nobody"}, 400, "voice", "unknown_voice"),
        ({"voice": {"id": "voice_1234"}}, 400, "voice", "unknown_voice"),
        ({"voice": 7}, 400, "voice", "invalid_message"),
        ({"voice": {}}, 400, "voice", "invalid_message"),
        ({"lang_code": "tlh", "voice": None}, 400, "voice", "unknown_voice"),
        ({"input": ""}, 400, "input", "invalid_value"),
        ({"input": " \n"}, 400, "input", "invalid_value"),
        ({"input": None}, 400, "input", "invalid_message"),
        ({"input": ["Hello."]}, 400, "input", "invalid_message"),
        ({"input": "<b", "text_format": "ssml"}, 400, "input", "invalid_text"),
        ({"response_format": "mp5"}, 400, "response_format", "invalid_value"),
        ({"response_format": 1}, 400, "response_format", "invalid_message"),
        ({"speed": 0.2}, 400, "speed", "invalid_value"),
        ({"speed": 4.1}, 400, "speed", "invalid_value"),
        ({"speed": "fast"}, 400, "speed", "invalid_message"),
        ({"stream_format": "json"}, 400, "stream_format", "invalid_message"),
        ({"text_format": "html"}, 400, "text_format", "invalid_value"),
    ],
)
async def test_what_is_wrong_is_named_and_not_tried_again(site, fields, status, param, code):
    response, error = await refused(site, request(**fields))

    assert response.status == status
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert response.headers["x-should-retry"] == "false"


async def test_a_body_without_input_says_so(site):
    response, error = await refused(site, {"model": "tts-1", "voice": "alloy"})

    assert (response.status, error["param"]) == (400, "input")


@pytest.mark.parametrize("body", [b"", b"input=Hello", b"[]", b"{", b'{"input":"\xff"}'])
async def test_a_body_that_is_not_json_is_told_what_is_wanted(site, body):
    response, error = await refused(site, body, headers={"Content-Type": "text/plain"})

    assert (response.status, error["type"]) == (400, "invalid_request_error")


async def test_a_form_is_told_what_is_wanted(site):
    form = aiohttp.FormData({"input": "Hello.", "model": "tts-1"}, default_to_multipart=True)

    response, error = await refused(site, form)

    assert response.status == 400
    assert "application/json" in error["message"]
    assert "multipart/form-data" in error["message"]


async def test_json_is_json_whatever_it_is_called(site):
    """curl -d calls it a form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with site.http.post(PATH, data=json.dumps(request()), headers=headers) as response:
        assert response.status == 200


async def test_a_text_above_the_limit_is_refused_before_a_word_is_spoken(open_site):
    async with open_site(limits=Limits(max_text=100)) as site:
        response, error = await refused(site, request(input="Hello there. " * 8))

        assert (response.status, error["param"], error["code"]) == (400, "input", "string_above_max_length")
        assert site.synth.asked == []


async def test_a_body_above_the_limit_is_not_read(site):
    response, error = await refused(site, request(input="Hello there. " * 20_000))

    assert (response.status, error["param"]) == (413, "input")


async def test_a_wrong_key_is_told_as_the_vendor_tells_it(site):
    _, secret = await site.keys.create("app")
    for headers in ({}, {"Authorization": "Bearer sk-wrong"}, {"Authorization": "Basic x"}):
        response, error = await refused(site, request(), headers=headers)
        assert (response.status, error["code"]) == (401, "invalid_api_key")

    for headers in ({"Authorization": f"Bearer {secret}"}, {"api-key": secret}):
        async with site.http.post(PATH, json=request(), headers=headers) as response:
            assert response.status == 200


async def test_who_must_wait_is_told_for_how_long(open_site):
    async with open_site(max_connections=1) as site:
        async with site.http.post(PATH, json=request(voice="stuck", **ULAW)) as held:
            await held.content.readany()
            response, error = await refused(site, request())
            held.close()

        assert (response.status, error["type"], error["code"]) == (429, "requests", "rate_limit_exceeded")
        assert response.headers["Retry-After"] == "1"
        assert response.headers["retry-after-ms"] == "1000"
        assert response.headers["x-should-retry"] == "true"


async def test_a_plan_that_is_used_up_is_told_as_such_and_not_tried_again(open_site):
    async with open_site(plans={"tiny": Plan(monthly_characters=5)}) as site:
        _, secret = await site.keys.create("app", "tiny")
        response, error = await refused(site, request(), headers={"Authorization": f"Bearer {secret}"})

    assert (response.status, error["type"], error["code"]) == (429, "insufficient_quota", "insufficient_quota")
    assert response.headers["x-should-retry"] == "false"


async def test_a_server_that_goes_away_asks_to_try_again(site):
    await site.gateway.runner.drain(0)

    response, error = await refused(site, request())

    assert (response.status, error["type"], error["code"]) == (503, "server_error", "draining")
    assert response.headers["x-should-retry"] == "true"


# lists


async def get(site, path, **options):
    async with site.http.get(path, **options) as response:
        return response, await response.json()


async def test_models_are_listed(site):
    _, body = await get(site, "/v1/models")

    assert body["object"] == "list"
    assert [model["id"] for model in body["data"]] == ["tts-1", "tts-1-hd", "gpt-4o-mini-tts", "echo"]
    assert all(set(model) == {"id", "object", "created", "owned_by"} for model in body["data"])

    _, one = await get(site, "/v1/models/tts-1")
    assert one == body["data"][0]


async def test_a_model_that_is_not_there_is_not_found(site):
    response, body = await get(site, "/v1/models/gpt-5")

    assert (response.status, body["error"]["code"]) == (404, "model_not_found")


async def test_voices_are_listed_as_web_interfaces_read_them(site):
    _, body = await get(site, "/v1/audio/voices")
    _, models = await get(site, "/v1/audio/models")

    names = [voice["id"] for voice in body["voices"]]
    assert names[:13] == NAMES
    assert "bob" in names
    assert all(voice["name"] for voice in body["voices"])
    assert {"id": "tts-1", "name": "tts-1"} in models["models"]


async def test_lists_ask_for_a_key_too(site):
    await site.keys.create("app")
    for path in ("/v1/models", "/v1/models/tts-1", "/v1/audio/voices"):
        response, body = await get(site, path)
        assert (response.status, body["error"]["code"]) == (401, "invalid_api_key")


async def test_other_methods_are_answered(site):
    async with site.http.head("/v1/models") as response:
        assert (response.status, await response.read()) == (200, b"")
    for method in ("GET", "HEAD", "OPTIONS"):
        async with site.http.request(method, PATH) as response:
            assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_a_header_that_is_no_text_is_refused_like_any_other(site):
    host, _, port = site.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: \xff\r\nContent-Length: 1\r\n\r\nx")

    assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 400 Bad Request\r\n"
    writer.close()
