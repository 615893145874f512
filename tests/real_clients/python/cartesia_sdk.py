"""The cartesia SDK. Ways: "websocket" (a context for each turn), "bytes" and "sse" (HTTP)."""

import asyncio
import base64
import sys
from contextlib import suppress
from typing import Any

from conversation import Turn, configured, hold

VOICE = {"mode": "id", "id": "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"}


class Sockets:
    def __init__(self, key: str) -> None:
        self._client = configured("cartesia", key)
        self._connection: Any = None

    async def speak(self, turn: Turn) -> None:
        turn.encoding, turn.rate = "f32le", 44_100  # what it asks for unless told otherwise
        self._connection = self._connection or await self._client.tts.websocket_connect().enter()
        context = self._connection.context(model_id="sonic-3", voice=VOICE, language="en", add_timestamps=True)
        writing = asyncio.ensure_future(self._write(context, turn))
        async for event in context.receive():
            self._take(event, turn)
            if turn.interrupted.is_set():
                writing.cancel()
                with suppress(asyncio.CancelledError):
                    await writing
                await context.cancel()
                return
        await writing

    async def _write(self, context: Any, turn: Turn) -> None:
        async for delta in turn.write():
            await context.push(delta)
        await context.no_more_inputs()

    def _take(self, event: Any, turn: Turn) -> None:
        match event.type:
            case "chunk":
                turn.hear(event.audio or b"")
            case "timestamps":
                words = event.word_timestamps
                turn.timing += zip(words.words, words.start, words.end, strict=True)
            case "error":
                raise RuntimeError(f"{event.status_code} {event.title}: {event.message}")

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()
        await self._client.close()


class OverHttp:
    def __init__(self, key: str) -> None:
        self._client = configured("cartesia", key)

    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        request = {"model_id": "sonic-3", "transcript": text, "voice": VOICE, "language": "en"}
        if sys.argv[1] == "bytes":
            turn.encoding = "file"
            await self._bytes(turn, request)
        else:
            await self._events(turn, request)

    async def _bytes(self, turn: Turn, request: dict[str, Any]) -> None:
        output = {"container": "mp3", "sample_rate": 44_100, "bit_rate": 128_000}
        reply = await self._client.tts.generate(**request, output_format=output)
        async for audio in reply.iter_bytes(4096):
            turn.hear(audio)
            if turn.interrupted.is_set():
                return

    async def _events(self, turn: Turn, request: dict[str, Any]) -> None:
        output = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24_000}
        async for event in await self._client.tts.generate_sse(**request, output_format=output, add_timestamps=True):
            match event.type:
                case "chunk":
                    turn.hear(base64.b64decode(event.data))
                case "timestamps":
                    words = event.word_timestamps
                    turn.timing += zip(words.words, words.start, words.end, strict=True)
                case "error":
                    raise RuntimeError(f"{event.status_code} {event.title}: {event.message}")
            if turn.interrupted.is_set():
                return

    async def close(self) -> None:
        await self._client.close()


hold(Sockets if sys.argv[1] == "websocket" else OverHttp)
