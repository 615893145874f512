"""Keys: where they may stand, and who waits before the door without one."""

import asyncio
import json
import re
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.dialects import Close
from gateway.dialects.native.surface import NATIVE as NATIVE_SURFACE
from gateway.dialects.surface import LateKey, Surface
from gateway.errors import close_code
from tests.gateway.transports.over_websocket import NATIVE, OPENING, PATHS, append, hear, hear_until, order, to


@pytest.mark.parametrize("path", PATHS)
async def test_a_wrong_key_is_401_before_the_upgrade(site, path):
    _, secret = await site.keys.create("app")
    for headers in ({}, {"Authorization": "Bearer vg_wrong"}, {"Authorization": "Basic abc"}):
        with pytest.raises(InvalidStatus) as refused:
            await to(site, path, additional_headers=headers)
        assert refused.value.response.status_code == 401
        assert re.search("KEY|revoked", str(json.loads(refused.value.response.body)))

    async with to(site, path, additional_headers={"Authorization": f"Bearer {secret}"}):
        pass


async def test_a_token_in_the_query_opens_one_connection(site):
    _, secret = await site.keys.create("app")
    async with site.http.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"}) as response:
        path = f"{NATIVE}?token={(await response.json())['token']}"

    async with to(site, path) as socket:
        await hear_until(socket, "session_opened")
    with pytest.raises(InvalidStatus) as refused:
        await to(site, path)
    assert refused.value.response.status_code == 401


def key_in(frame):
    found = re.search(r'"key":"([^"]+)"', frame)
    return found[1] if found else ""


def told(error):
    return [json.dumps({"type": "failed", "error": {"reason": error.reason}}), Close(close_code(error), error.message)]


LATE_SOCKET = replace(NATIVE_SURFACE.sockets[NATIVE], late_key=LateKey(key_in, told))
LATE = (Surface(NATIVE_SURFACE.refuse, {NATIVE: LATE_SOCKET}, error=NATIVE_SURFACE.error),)


async def test_a_key_may_come_with_the_first_message(open_site):
    async with open_site(surfaces=LATE) as site:
        _, secret = await site.keys.create("app")
        async with to(site) as socket:
            await socket.send(OPENING[:-1] + f', "key":"{secret}"}}')
            for message in (append("Hello."), order("close_context"), '{"type":"close_session"}'):
                await socket.send(message)
            heard, code = await hear(socket)

    kinds = [json.loads(message)["type"] for message in heard]
    assert kinds.count("context_opened") == 1, "the message with the key counts, once"
    assert code == 1000


@pytest.mark.parametrize("first", [OPENING, OPENING[:-1] + ', "key":"vg_wrong"}', "{nonsense"])
async def test_without_a_right_key_in_the_first_message_it_is_over(open_site, first):
    async with open_site(surfaces=LATE) as site:
        await site.keys.create("app")
        async with to(site) as socket:
            await socket.send(first)
            heard, code = await hear(socket)

    assert json.loads(heard[0])["error"]["reason"] == "unauthenticated"
    assert code == 1008
    assert not site.synth.asked


async def test_a_wrong_key_in_a_header_is_refused_before_the_upgrade_all_the_same(open_site):
    async with open_site(surfaces=LATE) as site:
        await site.keys.create("app")
        with pytest.raises(InvalidStatus) as refused:
            await to(site, additional_headers={"xi-api-key": "vg_wrong"})

    assert refused.value.response.status_code == 401


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {"additional_headers": {"Authorization": "Token SECRET"}}),
        ("", {"additional_headers": {"xi-api-key": "SECRET"}}),
        ("", {"additional_headers": {"X-API-Key": "SECRET"}}),
        ("", {"additional_headers": {"kyutai-api-key": "SECRET"}}),
        ("", {"subprotocols": ["token", "SECRET"]}),
        ("?token=SECRET", {}),
        ("?api_key=SECRET", {}),
        ("?access_token=SECRET", {}),
        ("?authorization=Bearer%20SECRET", {}),
    ],
    ids=str,
)
async def test_a_key_is_found_wherever_a_vendors_clients_put_it(site, query, options):
    _, secret = await site.keys.create("app")
    options = json.loads(json.dumps(options).replace("SECRET", secret))

    async with to(site, NATIVE + query.replace("SECRET", secret), **options) as socket:
        assert await hear_until(socket, "session_opened")


async def told_of_the_end(socket):
    """The reason that a connection was told before it ended."""
    async with asyncio.timeout(10):
        first = json.loads(await socket.recv())
        with suppress(ConnectionClosed):
            await socket.recv()
    return first["error"]["reason"]


async def test_a_stranger_does_not_learn_which_voices_there_are(open_site):
    async with open_site() as site:
        await site.keys.create("app")
        for voice in ("ann", "nobody"):
            async with to(site, f"/v1/text-to-speech/{voice}/stream-input") as socket:
                await socket.send('{"text":"Hello. "}')
                heard, code = await hear(socket)
            assert [json.loads(each)["error"] for each in heard] == ["invalid_api_key"]
            assert code == 1008


async def test_with_its_key_a_client_learns_that_a_voice_is_not_there(open_site):
    async with open_site() as site:
        _, secret = await site.keys.create("app")
        async with to(site, "/v1/text-to-speech/nobody/stream-input") as socket:
            await socket.send(json.dumps({"text": "Hello. ", "xi_api_key": secret}))
            heard, code = await hear(socket)
    assert [json.loads(each)["error"] for each in heard] == ["voice_not_found"]
    assert code == 1008


async def test_whoever_has_stood_longest_without_a_key_makes_room(open_site):
    async with open_site(surfaces=LATE, places=2) as site:
        _, secret = await site.keys.create("app")
        async with to(site) as oldest, to(site) as silent, to(site) as client:
            assert await told_of_the_end(oldest) == "too_many_connections"
            metrics = await (await site.http.get("/metrics")).text()
            assert 'voxgate_rejected_total{reason="too_many_connections"} 1.0' in metrics
            await client.send(OPENING[:-1] + f', "key":"{secret}"}}')
            assert await hear_until(client, "context_opened")
            assert len(site.door.porch) == 1, "who is inside needs no place"
            await silent.send("{nonsense")
            assert (await hear(silent))[1] == 1008
        assert len(site.door.porch) == 0


@pytest.mark.slow
async def test_hundreds_who_are_silent_keep_no_client_out(open_site):
    async with open_site(surfaces=LATE, places=50) as site, AsyncExitStack() as stack:
        _, secret = await site.keys.create("app")
        silent = [await stack.enter_async_context(to(site)) for _ in range(500)]
        client = await stack.enter_async_context(to(site))
        await client.send(OPENING[:-1] + f', "key":"{secret}"}}')
        assert await hear_until(client, "context_opened")
        assert len(site.door.porch) <= 50
        ends = [await told_of_the_end(socket) for socket in silent]

    assert ends.count("too_many_connections") >= 450
    assert set(ends) == {"too_many_connections", "unauthenticated"}


@pytest.mark.parametrize("goodbye", [b"\x88\x80\0\0\0\0", b"\xff\xff\xff\xff"], ids=["a close", "garbage"])
async def test_who_is_gone_before_a_key_was_shown_leaves_no_trace_in_the_log(open_site, caplog, goodbye):
    async with open_site(surfaces=LATE) as site:
        await site.keys.create("app")
        reader, writer = await asyncio.open_connection(*site.address.split(":"))
        writer.write(
            b"GET /v1/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(goodbye)
        await writer.drain()
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
        async with to(site) as socket:  # which is served after it
            await socket.send("{nonsense")
            await hear(socket)

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
