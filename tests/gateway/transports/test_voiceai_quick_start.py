"""The vendor's quick start, step by step, with our address for theirs."""

import asyncio
import base64
import io
import json
import urllib.request

import av
import websockets

KEY = {"Authorization": "Bearer YOUR_API_KEY"}


def post(url, body):
    """As requests.post(url, headers=..., json=...) does. (content type, body)"""
    headers = {**KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.headers["Content-Type"], response.read()


def seconds_of(mp3):
    with av.open(io.BytesIO(mp3)) as file:
        assert file.format.name == "mp3"
        return sum(frame.samples for frame in file.decode(audio=0)) / 32_000


async def test_generate_speech(site):
    body = {
        "text": "Hello! This is a test of the Voice.ai TTS API.",
        "model": "voiceai-tts-v1-latest",
        "language": "en",
    }

    kind, content = await asyncio.to_thread(post, f"http://{site.address}/api/v1/tts/speech", body)

    assert kind == "audio/mpeg"
    assert seconds_of(content) > 0


async def test_http_streaming(site):
    body = {"text": "This text will be streamed in chunks.", "model": "voiceai-tts-v1-latest", "language": "en"}

    kind, content = await asyncio.to_thread(post, f"http://{site.address}/api/v1/tts/speech/stream", body)

    assert kind == "audio/mpeg"
    assert seconds_of(content) > 0


async def test_the_default_voice_speaks_when_only_a_text_is_given(site):
    kind, _ = await asyncio.to_thread(post, f"http://{site.address}/api/v1/tts/speech", {"text": "Hello."})

    assert kind == "audio/mpeg"


async def test_websocket_streaming(site):
    url = f"ws://{site.address}/api/v1/tts/stream"
    async with asyncio.timeout(10), websockets.connect(url, additional_headers=KEY) as ws:
        await ws.send(json.dumps({"text": "Hello! How can I help you today?", "language": "en", "flush": True}))
        first = await receive_turn(ws)

        await ws.send(json.dumps({"text": "I can help you with that.", "flush": True}))
        second = await receive_turn(ws)

    assert seconds_of(first) > 0
    assert seconds_of(second) > 0, "the second turn is a file of its own"


async def receive_turn(ws):
    audio = b""
    while True:
        msg = await ws.recv()
        data = json.loads(msg)
        if data.get("audio"):
            audio += base64.b64decode(data["audio"])
        elif data.get("is_last"):
            return audio
