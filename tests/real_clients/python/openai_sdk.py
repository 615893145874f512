"""The openai SDK: a reply in one request, read as it comes. Its ways are the formats, and "sse"."""

import base64
import json
import sys

from conversation import Turn, configured, hold


class Speech:
    def __init__(self, key: str) -> None:
        self._client = configured("openai", key)

    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        way = sys.argv[1]
        turn.encoding = "s16le" if way == "pcm" else "file"
        request = {"model": "gpt-4o-mini-tts", "voice": "coral", "input": text, "instructions": "Speak calmly."}
        request |= {"stream_format": "sse"} if way == "sse" else {"response_format": way}
        async with self._client.audio.speech.with_streaming_response.create(**request) as reply:
            if way == "sse":
                async for line in reply.iter_lines():
                    turn.hear(audio_of(line))
                    if turn.interrupted.is_set():
                        return
            else:
                async for audio in reply.iter_bytes(4096):
                    turn.hear(audio)
                    if turn.interrupted.is_set():
                        return

    async def close(self) -> None:
        await self._client.close()


def audio_of(line: str) -> bytes:
    if not line.startswith("data: {"):
        return b""
    event = json.loads(line.removeprefix("data: "))
    return base64.b64decode(event["audio"]) if event["type"] == "speech.audio.delta" else b""


hold(Speech)
