"""What a client says over our WebSocket, and what it hears."""

import asyncio
import json

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

NATIVE = "/v1/stream"
OPENING = json.dumps(
    {
        "type": "open_context",
        "context_id": "a",
        "voice": "ann",
        "output": {"encoding": "pcm_s16le", "sample_rate": 8000},
    }
)


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
