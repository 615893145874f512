import asyncio
import json
import re
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.dialects import Close
from gateway.dialects.native.surface import NATIVE as NATIVE_SURFACE
from gateway.dialects.surface import LateKey, Surface
from gateway.errors import close_code

NATIVE = "/v1/stream"
OPENING = json.dumps(
    {
        "type": "open_context",
        "context_id": "a",
        "voice": "ann",
        "output": {"encoding": "pcm_s16le", "sample_rate": 8000},
    }
)
STUCK = OPENING.replace("ann", "stuck")
PATHS = (NATIVE, "/api/v1/tts/stream", "/api/v1/tts/multi-stream")


def to(site, path=NATIVE, **options):
    return connect(f"ws://{site.address}{path}", open_timeout=5, **options)


def append(text):
    return json.dumps({"type": "append_text", "context_id": "a", "text": text})


def order(name):
    return json.dumps({"type": name, "context_id": "a"})


async def hear(socket):
    """Everything until the connection ends: messages, and how it was closed."""
    heard = []
    async with asyncio.timeout(5):
        try:
            while True:
                heard.append(await socket.recv())
        except ConnectionClosed as closed:
            return heard, closed.rcvd.code if closed.rcvd else None


async def hear_until(socket, name):
    async with asyncio.timeout(5):
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == name:
                return message


async def test_a_conversation_ends_with_1000(site):
    async with to(site) as socket:
        for message in (OPENING, append("Hello."), order("close_context"), '{"type":"close_session"}'):
            await socket.send(message)
        heard, code = await hear(socket)

    assert [json.loads(message)["type"] for message in heard] == [
        "session_opened",
        "context_opened",
        "audio",
        "flush_done",
        "context_done",
        "session_done",
    ]
    assert code == 1000


@pytest.mark.parametrize("path", PATHS)
async def test_a_message_above_the_limit_is_1009(site, path):
    async with to(site, path) as socket:
        await socket.send("x" * 65_537)

        assert (await hear(socket))[1] == 1009


@pytest.mark.parametrize("path", PATHS)
async def test_text_that_is_not_utf_8_is_1007(site, path):
    async with to(site, path) as socket:
        await socket.send(b'{"text":"\xff"}', text=True)

        assert (await hear(socket))[1] == 1007


@pytest.mark.parametrize("path", PATHS)
async def test_a_binary_message_is_1003(site, path):
    async with to(site, path) as socket:
        await socket.send(b"Hello.")

        assert (await hear(socket))[1] == 1003


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "7", "null", "[" * 60_000, '{"text":' + "9" * 20_000 + "}", '{"text":NaN}', '{"text":"\\ud800"}'],
    ids=["nothing", "half", "list", "number", "null", "deep", "digits", "nan", "half a character"],
)
async def test_a_message_that_makes_no_sense_is_1007(site, path, frame):
    async with to(site, path) as socket:
        await socket.send(frame)

        assert (await hear(socket))[1] == 1007


async def test_a_message_just_below_the_limit_is_taken(site):
    async with to(site) as socket:
        await socket.send(OPENING)
        await socket.send(append("word " * 13_000))
        await socket.send(order("clear"))

        assert (await hear_until(socket, "cleared"))["context_id"] == "a"


async def test_a_path_that_is_not_there_is_404(site):
    with pytest.raises(InvalidStatus) as refused:
        await to(site, "/v1/nothing")
    assert refused.value.response.status_code == 404


async def test_a_way_of_audio_that_is_not_there_is_400_and_names_those_that_are(site):
    with pytest.raises(InvalidStatus) as refused:
        await to(site, "/v1/stream?audio=telepathy")

    assert refused.value.response.status_code == 400
    assert "base64, binary, single" in json.loads(refused.value.response.body)["error"]["message"]


async def test_a_plain_request_is_told_to_upgrade(site):
    async with site.http.get(NATIVE) as response:
        assert (response.status, response.headers["Upgrade"]) == (426, "websocket")


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


async def test_one_connection_too_many_is_429_until_one_ends(open_site):
    async with open_site(max_connections=1) as site:
        async with to(site) as socket:
            await hear_until(socket, "session_opened")
            with pytest.raises(InvalidStatus) as refused:
                await to(site)
            assert refused.value.response.status_code == 429
            assert refused.value.response.headers["Retry-After"] == "1"

        async with asyncio.timeout(5):
            while await is_refused(site):
                pass


async def is_refused(site):
    try:
        async with to(site):
            return False
    except InvalidStatus:
        return True


async def test_a_client_that_vanishes_takes_its_segments_along(site):
    async with to(site) as socket:
        for message in (STUCK, append("Hello there."), order("flush")):
            await socket.send(message)
        await hear_until(socket, "audio")
        socket.transport.abort()
        await site.synth.abandoned.length(1)

    await site.gateway.runner.drain(1.0)  # returns when nobody is left
    assert site.gateway.count("contexts_total", outcome="cancelled") == 1


async def test_a_client_that_does_not_read_is_dropped(open_site):
    """It takes a while: what the kernel and the client's own socket hold has to fill up first."""
    async with open_site(write_deadline=0.1) as site:
        socket = await site.http.ws_connect(NATIVE, max_msg_size=0)
        socket._response.connection.transport.pause_reading()
        opening = {"type": "open_context", "context_id": "a", "voice": "endless", "max_lead": 0}
        await socket.send_json({**opening, "output": {"encoding": "pcm_s16le", "sample_rate": 8000}})
        await socket.send_str(append("Sing."))
        await socket.send_str(order("flush"))

        await site.synth.abandoned.length(1)

        assert site.gateway.count("slow_consumers_total", kind="native") == 1
        socket._response.connection.transport.abort()


async def test_a_drained_server_lets_connections_end_and_takes_no_more(site):
    async with to(site) as socket:
        await hear_until(socket, "session_opened")
        await site.gateway.runner.drain(1.0)
        _, code = await hear(socket)
        assert code == 1000

    with pytest.raises(InvalidStatus) as refused:
        await to(site)
    assert refused.value.response.status_code == 503


async def test_a_connection_that_a_drain_cuts_is_told_to_come_back(site):
    async with to(site) as socket:
        for message in (STUCK, append("Hello there."), order("flush")):
            await socket.send(message)
        await hear_until(socket, "audio")

        await site.gateway.runner.drain(0.01)

        assert (await hear(socket))[1] == 1001


async def test_a_goodbye_of_the_client_is_answered(site):
    async with to(site) as socket:
        await hear_until(socket, "session_opened")
        await socket.close()
        assert socket.close_code == 1000


async def test_audio_of_a_single_socket_is_the_file(site):
    opening = {"type": "open_context", "context_id": "a", "output": {"encoding": "mp3"}}
    async with to(site, NATIVE + "?audio=single") as socket:
        for message in (json.dumps(opening), append("Hello."), order("close_context")):
            await socket.send(message)
        heard, code = await hear(socket)

    assert b"".join(message for message in heard if isinstance(message, bytes))[:1] == b"\xff"
    assert code == 1000


async def test_a_client_of_aiohttp_is_served_too(site):
    async with site.http.ws_connect(NATIVE) as socket:
        first = await socket.receive(timeout=5)
        assert first.type is aiohttp.WSMsgType.TEXT
        await socket.send_str('{"type":"close_session"}')
        assert (await socket.receive(timeout=5)).json() == {"type": "session_done"}
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_a_long_reason_is_cut_between_two_characters(site):
    """123 bytes at most; half a character would make the client take the goodbye for nonsense."""
    async with to(site, "/api/v1/tts/stream") as socket:
        await socket.send(json.dumps({"text": "Hello.", "voice_id": "€" * 80, "flush": True}))
        _, code = await hear(socket)

    assert code == 1008
    assert socket.close_reason.startswith("no voice is named '€€€")


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


async def test_every_reply_has_a_name_of_its_own(site):
    names = set()
    for _ in range(2):
        async with site.http.get("/v1/voices") as response:
            names.add(response.headers["x-request-id"])
    assert len(names) == 2


# who stands before the door without a key


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
