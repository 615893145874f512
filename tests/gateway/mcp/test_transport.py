"""MCP as HTTP: who is let in, what is counted, what clients do that are not well behaved."""

import asyncio
import json

import aiohttp
import httpx2
import psutil
import pytest

from gateway.accounts.plans import Scope

CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "generate_speech", "arguments": {"text": "Hello!", "voice_id": "google:en-US-Chirp3HD-Charon"}},
}
HANDSHAKE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
PATHS = ("/mcp", "/api/v1/mcp", "/api/v1/api/v1/mcp")


def outcome(body):
    told = json.loads(body)
    return json.loads(told["result"]["content"][0]["text"])


@pytest.mark.parametrize("path", PATHS)
async def test_the_vendors_bare_call_is_answered_with_json(site, path):
    status, body, headers = await site.post(CALL, path)

    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert outcome(body)["status"] == "pending"


async def test_who_accepts_nothing_in_particular_is_served(site):
    async with httpx2.AsyncClient() as http:
        del http.headers["accept"]
        reply = await http.post(f"{site.url}/mcp", json=CALL)

    assert outcome(reply.content)["status"] == "pending"


async def test_without_a_right_key_nobody_comes_in(site):
    await site.keys.create("somebody")
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        status, body, told = await site.post(CALL, **headers)

        assert (status, told["WWW-Authenticate"]) == (401, 'Bearer realm="voxgate"')
        assert json.loads(body)["error"]["data"]["reason"] == "unauthenticated"
    with pytest.raises(ExceptionGroup):
        async with site.connect("wrong", "legacy"):
            pass


async def test_a_key_is_offered_the_tools_that_it_is_for_and_refused_the_others(site, mode):
    _, key = await site.keys.create("reader", scopes=[Scope.VOICES, Scope.STATUS])
    async with site.connect(key, mode) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        told = await client.call_tool("generate_speech", {"text": "Hi.", "voice_id": "ann"})

    assert tools == ["search_voices", "get_voice_details", "get_job_status", "get_audio_link"]
    assert outcome_of(told) == "forbidden"


async def test_calls_count_in_the_plan_and_the_rest_does_not(site):
    _, few = await site.keys.create("few", plan="few")
    async with site.connect(few, "legacy") as client:
        for _ in range(5):
            await client.list_tools()
        told = [await client.call_tool("search_voices", {}) for _ in range(4)]

    assert [call.is_error for call in told] == [False, False, False, True]
    assert outcome_of(told[3]) == "rate_limited"


async def test_a_key_has_so_many_calls_at_once_as_its_plan_says(site):
    _, key = await site.keys.create("two", plan="two")
    headers = {"Authorization": f"Bearer {key}"}
    speaking = CALL | {"params": {"name": "ttsbuddy_speak", "arguments": {"text": "Nobody speaks this."}}}
    calls = [asyncio.ensure_future(site.post(speaking, **headers)) for _ in range(2)]
    await until(lambda: site.waiting() == 2)
    status, body, _ = await site.post(CALL, **headers)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    await until(lambda: not site.door._inside)

    assert (status, json.loads(body)["error"]["data"]["reason"]) == (429, "too_many_at_once")
    assert (await site.post(CALL, **headers))[0] == 200


async def test_texts_are_paid_for_once(site):
    _, small = await site.keys.create("small", plan="small")
    asked = {"text": "x" * 50, "voice_id": "ann", "idempotency_key": "one"}
    async with site.connect(small) as client:
        first, again = [await client.call_tool("generate_speech", asked) for _ in range(2)]
        too_much = await client.call_tool("generate_speech", {"text": "y" * 20, "voice_id": "ann"})

    assert not first.is_error
    assert not again.is_error
    assert outcome_of(too_much) == "quota_exceeded"


async def test_jobs_of_another_key_are_not_there(site):
    (_, one), (_, other) = await site.keys.create("one"), await site.keys.create("other")
    async with site.connect(one) as client, site.connect(other) as stranger:
        made = await client.call_tool("generate_speech", {"text": "Mine.", "voice_id": "ann"})
        told = await stranger.call_tool("get_job_text", {"job_id": made.structured_content["job_id"]})

    assert outcome_of(told) == "unknown_job"


def outcome_of(result):
    return result.structured_content["error"]["code"]


NONSENSE = [
    (b"", 400),
    (b"{", 400),
    (b"\xff\xfe", 400),
    (b"[" * 50_000, 400),
    (b"1" * 50_000, 400),
    (b"null", 400),
    (b'"text"', 400),
    (b"[]", 400),
    (json.dumps([CALL, CALL]).encode(), 400),
    (b'{"jsonrpc":"1.0","id":1,"method":"tools/list"}', 400),
    (b'{"jsonrpc":"2.0","id":1,"method":7}', 400),
    (b'{"jsonrpc":"2.0","id":1,"result":{}}', 202),
    (b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}', 202),
    (b'{"jsonrpc":"2.0","id":1,"method":"no/such"}', 200),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}', 200),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_jobs","arguments":[]}}', 200),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}', 200),
    (b"x" * 1_020_000, 413),
]


@pytest.mark.parametrize("revision", [None, "2026-07-28", "1999-01-01"])
async def test_nonsense_is_refused_in_the_protocols_words(site, revision):
    headers = {} if revision is None else {"MCP-Protocol-Version": revision}
    for body, status in NONSENSE:
        told, answer, _ = await site.post(body, **headers)

        assert told in ({status} if revision is None else {status, 202, 400, 404}), body[:80]
        assert b"Traceback" not in answer
        assert len(answer) < 4000
        if told == 200:
            assert "error" in json.loads(answer)
    assert (await site.post(CALL))[0] == 200


async def test_other_methods_and_types_are_refused(site):
    async with httpx2.AsyncClient() as http:
        methods = [(await http.request(method, f"{site.url}/mcp")).status_code for method in ("GET", "DELETE", "PUT")]
        odd = await http.post(f"{site.url}/mcp", content="{}", headers={"Content-Type": "text/plain"})

    assert methods == [405, 405, 405]
    assert odd.status_code == 400


ORIGINS = {
    "http://localhost:6274": 200,
    "https://127.0.0.1": 200,
    "http://[::1]:3000": 200,
    "https://app.example.com": 200,
    "https://evil.example.com": 403,
    "http://localhost.evil.example.com": 403,
    "null": 403,
    "http://[": 403,
}


async def test_pages_of_other_origins_may_not_call(site):
    for origin, status in ORIGINS.items():
        assert (await site.post(CALL, Origin=origin, Host="evil.example.com"))[0] == status, origin


async def test_a_name_in_front_of_the_server_needs_no_setting(site):
    assert (await site.post(CALL, Host="tts.example.com"))[0] == 200


@pytest.mark.parametrize("progress", [False, True])
async def test_whoever_hangs_up_in_mid_call_leaves_nothing_behind(site, progress):
    asked = {"name": "ttsbuddy_speak", "arguments": {"text": "Nobody speaks this."}}
    meta = {"_meta": {"progressToken": 1}} if progress else {}
    accept = {"Accept": "application/json, text/event-stream"}
    call = asyncio.ensure_future(site.post(CALL | {"params": asked | meta}, **accept))
    await until(lambda: site.waiting() == 1)
    busy = len(asyncio.all_tasks())
    call.cancel()

    await until(lambda: not site.door._inside)
    await until(lambda: len(asyncio.all_tasks()) < busy - 1)


async def test_a_call_that_the_client_gives_up_ends(site):
    async with site.connect() as client:
        call = asyncio.ensure_future(client.call_tool("ttsbuddy_speak", {"text": "Nobody speaks this."}))
        await until(lambda: site.waiting() == 1)
        call.cancel()
        await until(lambda: not site.door._inside)


async def until(holds):
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - of another side's making
            await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_a_thousand_that_shake_hands_and_stay_are_remembered_by_nobody(site):
    process = psutil.Process()

    async def shake(http, count):
        for _ in range(count):
            async with http.post(f"{site.url}/mcp", json=HANDSHAKE) as reply:
                assert "Mcp-Session-Id" not in reply.headers
                assert (await reply.json())["result"]["serverInfo"]["name"] == "voxgate"

    async with aiohttp.ClientSession() as http:
        await shake(http, 50)
        tasks, before = len(asyncio.all_tasks()), process.memory_info().rss
        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(shake(http, 100))
        await until(lambda: len(asyncio.all_tasks()) <= tasks + 20)

    assert process.memory_info().rss - before < 20_000_000
