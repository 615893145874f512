import asyncio
import struct

import pytest
from aiohttp import WSMsgType, web

from loadtest import websocket
from loadtest.wire import LostError


class Inbox:
    def __init__(self):
        self.heard = []
        self.ended = asyncio.Event()

    def audio(self, context, sequence, flush_id, payload):
        self.heard.append((context, sequence, flush_id, payload))

    def message(self, kind, fields):
        self.heard.append((kind, fields))

    def broken(self, story):
        self.heard.append(story)

    def lost(self, story):
        self.heard.append(("lost", story))
        self.ended.set()


def frame(first, payload):
    size = len(payload)
    if size < 126:
        return bytes([first, size]) + payload
    if size < 65_536:
        return bytes([first, 126]) + size.to_bytes(2, "big") + payload
    return bytes([first, 127]) + size.to_bytes(8, "big") + payload


ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
FRAMES = (
    frame(0x81, b'{"type":"session_opened","limits":{}}')
    + frame(0x82, struct.pack(">HI", 7, 1) + bytes(80))
    + frame(0x82, struct.pack(">HI", 7, 2) + bytes(960))
    + frame(0x82, struct.pack(">HI", 65_535, 3) + bytes(70_000))
    + frame(0x81, b'{"type":"audio","context_id":"a","flush_id":1,"sequence":4,"audio":"AAE="}')
)
HEARD = [
    ("session_opened", {"limits": {}}),
    (7, 1, 0, bytes(80)),
    (7, 2, 0, bytes(960)),
    (65_535, 3, 0, bytes(70_000)),
    ("a", 4, 1, b"\x00\x01"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 100, 1000, 100_000])
async def test_frames_are_heard_wherever_the_stream_is_cut(size):
    inbox, data = Inbox(), ANSWER + FRAMES
    socket = websocket.WebSocket(inbox, b"")
    for start in range(0, len(data), size):
        socket.data_received(data[start : start + size])

    assert inbox.heard == HEARD


async def test_a_fragment_is_against_what_servers_do():
    inbox = Inbox()
    socket = websocket.WebSocket(inbox, b"")
    socket.data_received(ANSWER + frame(0x02, bytes(10)))

    assert inbox.heard == ["a frame that begins with 0x2"]


async def serve(handler):
    app = web.Application()
    app.router.add_get("/v1/stream", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"ws://127.0.0.1:{runner.addresses[0][1]}/v1/stream?audio=binary"


async def test_a_real_server_understands_it():
    said = []

    async def handler(request):
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        said.append((request.query["audio"], request.headers["Authorization"]))
        await socket.ping(b"still there?")
        for _ in range(2):
            message = await socket.receive()
            said.append((message.type, message.data))
        await socket.close(code=1000)
        return socket

    runner, url = await serve(handler)
    inbox = Inbox()
    wire = await websocket.connect(url, inbox, api_key="key")
    wire.send("append_text", {"context_id": "a", "text": "ü" * 100})
    await inbox.ended.wait()
    await wire.closed()
    await runner.cleanup()

    assert said[0] == ("binary", "Bearer key")
    assert {kind for kind, _ in said[1:]} == {WSMsgType.TEXT, WSMsgType.PONG}
    assert inbox.heard == [("lost", "")]


async def test_another_close_code_is_told():
    async def handler(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close(code=1013)
        return socket

    runner, url = await serve(handler)
    inbox = Inbox()
    await websocket.connect(url, inbox)
    await inbox.ended.wait()
    await runner.cleanup()

    assert inbox.heard[0][1].startswith("close code 1013")


async def test_a_refusal_is_told():
    async def handler(_request):
        return web.Response(status=401)

    runner, url = await serve(handler)
    with pytest.raises(LostError, match="401"):
        await websocket.connect(url, Inbox())
    await runner.cleanup()
