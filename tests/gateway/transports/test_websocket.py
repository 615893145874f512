"""Our WebSocket on a real socket: what opens a connection, what passes through it and how it ends."""

import asyncio
import json

import aiohttp
import pytest
from websockets.exceptions import InvalidStatus

from tests.gateway.transports.over_websocket import NATIVE, OPENING, append, hear, hear_until, order, to

STUCK = OPENING.replace("ann", "stuck")


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


async def test_every_reply_has_a_name_of_its_own(site):
    names = set()
    for _ in range(2):
        async with site.http.get("/v1/voices") as response:
            names.add(response.headers["x-request-id"])
    assert len(names) == 2
