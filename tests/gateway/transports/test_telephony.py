"""jambonz and Vapi: a call's speech over HTTP; what a call asks for in vain."""

import json

import aiohttp
import pytest

JAMBONZ, VAPI = "/v1/jambonz/tts", "/v1/vapi/tts"


async def post(site, path, body, **options):
    async with site.http.post(path, json=body, **options) as response:
        return response, await response.read()


async def test_jambonz_gets_a_file(site):
    body = {"language": "en-US", "voice": "ann", "type": "text", "text": "Hello there."}

    response, said = await post(site, JAMBONZ, body)

    assert (response.status, response.headers["Content-Type"]) == (200, "audio/mpeg")
    assert said.startswith(b"\xff")


async def test_jambonz_says_what_is_ssml(site):
    body = {"voice": "ann", "type": "ssml", "text": "<speak>Hello <emphasis>there</emphasis>.</speak>"}

    assert (await post(site, JAMBONZ, body))[0].status == 200
    assert site.synth.asked[0].text == "Hello there."


@pytest.mark.parametrize(
    ("query", "status"), [("voice=nobody", 404), ("sampleRate=12345", 400), ("sampleRate=fast", 400)]
)
async def test_what_a_call_cannot_have_is_refused_before_the_upgrade(site, query, status):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with site.http.ws_connect(f"{JAMBONZ}?{query}"):
            pass

    assert refused.value.status == status


async def test_vapi_gets_samples_at_the_rate_that_it_asks_for(site):
    _, secret = await site.keys.create("app")
    body = {"message": {"type": "voice-request", "text": "Hello.", "sampleRate": 8000, "call": {"id": 1}}}

    response, said = await post(site, f"{VAPI}?voice=bob", body, headers={"X-VAPI-SECRET": secret})

    assert (response.status, response.headers["Content-Type"]) == (200, "audio/pcm")
    assert said == b"Hello."
    assert site.synth.asked[0].voice == "bob"
    assert (await post(site, VAPI, body))[0].status == 401


@pytest.mark.parametrize(
    "message",
    [
        {"type": "voice-request"},
        {"type": "status-update", "text": "Hello."},
        {"type": "voice-request", "text": "Hello.", "sampleRate": 7},
        {"type": "voice-request", "text": " "},
    ],
)
async def test_vapi_is_told_what_is_wrong(site, message):
    response, said = await post(site, VAPI, {"message": message})

    assert response.status == 400
    assert json.loads(said)["error"]
