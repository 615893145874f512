"""What the vendors have and this server has not, and what nobody has."""

import asyncio
import re

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from described import whole_app

from gateway.dialects.aitts.surface import AITTS_LISTS
from gateway.dialects.deepgram.surface import DEEPGRAM
from gateway.dialects.elevenlabs.surface import ELEVENLABS
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.openai.surface import OPENAI
from gateway.dialects.paths import DESKS, SURFACES
from gateway.dialects.ttsbuddy.surface import TTSBUDDY_LISTS
from gateway.errors import WrongMethod

ABSENT = [(owner, each) for owner in (*SURFACES, *DESKS) for each in owner.absent]


async def test_each_says_so_in_its_vendors_words_once_the_key_is_right(site):
    _, secret = await site.keys.create("app")
    for _, each in ABSENT:
        path = re.sub(r"\{\w+\}", "uv_1", each.path)
        async with site.http.request(each.method, path, data=b"--x\r\n") as response:
            assert response.status == 401, path
        headers = {"Authorization": f"Bearer {secret}"}
        async with site.http.request(each.method, path, data=b"--x\r\n", headers=headers) as response:
            told = (await response.text()).lower()
            assert response.status == 501, path
            assert "not_implemented" in told or "not implemented" in told or each.what in told, told
            assert each.what in told


def test_all_that_the_hosted_apis_name_is_there():
    paths = {each.path for _, each in ABSENT}

    assert {"/v1/stt/", "/v1/tts/clone/", "/v1/voice-convert/", "/v1/audio/enhance/", "/api/v1/user-voices/"} <= paths


async def test_who_asks_whether_to_send_a_gigabyte_is_not_told_to(site):
    host, port = site.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/stt/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 2)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 501 ")


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("GET", "/v1/nothing", 404, "unknown_path"),
        ("PATCH", "/v1/speech", 405, "wrong_method"),
        ("GET", "/v1/stream", 426, "upgrade_needed"),
    ],
)
async def test_what_is_not_there_is_told_in_our_words(site, method, path, status, reason):
    async with site.http.request(method, path) as response:
        assert (response.status, (await response.json())["error"]["reason"]) == (status, reason)
        assert "x-request-id" in response.headers
        assert (response.headers.get("Allow") is not None) == (status == 405)


async def test_a_method_that_a_vendors_path_has_not_is_told_in_the_vendors_words(site):
    async with site.http.get("/v1/stt/") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
        assert await response.json() == {"error": {"code": "bad_request", "message": "/v1/stt/ has: POST"}}
    async with site.http.get("/api/v1/tts/speech") as response:
        assert (response.status, list(await response.json())) == (405, ["detail"])


KEY, XI, TOKEN = {"Authorization": "Bearer x"}, {"xi-api-key": "x"}, {"Authorization": "Token x"}
WHOSE = [
    ("/v1/audio/speech/", {}, OPENAI),  # as some clients join a base URL and a path
    ("/v1/models", {}, OPENAI),
    ("/v1/models", XI, ELEVENLABS),
    ("/v1/models", TOKEN, DEEPGRAM),
    ("/v1/voices", {}, NATIVE),
    ("/v1/voices", XI, ELEVENLABS),
    ("/api/v1/voices", {}, TTSBUDDY_LISTS),
    ("/api/v1/voices", KEY, AITTS_LISTS),
    ("/api/v1/tts/stream", KEY, AITTS_LISTS),  # Voice.ai has no more than a socket there
]


async def test_a_method_that_a_path_has_not_is_told_by_whom_the_clients_headers_name():
    async with TestClient(TestServer(whole_app())) as client:
        for path, headers, vendor in WHOSE:
            async with client.request("PUT", path, headers=headers) as response:
                refusal = vendor.refuse(WrongMethod(f"{path} has: {response.headers['Allow']}"))
                told = await response.json()
                assert (response.status, told) == (405, told | msgspec.to_builtins(refusal.body)), path
