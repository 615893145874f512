"""The elevenlabs SDK. Ways: "realtime" (its socket: text streams in), "stream" and "timestamps" (HTTP)."""

import asyncio
import base64
import sys

from conversation import Turn, configured, hold

VOICE = "JBFqnCBsd6RMkjVDRZzb"


class Realtime:
    """`convert_realtime` always speaks TLS, and a socket for each text is its way."""

    def __init__(self, key: str) -> None:
        self._client = configured("elevenlabs-realtime", key)

    async def speak(self, turn: Turn) -> None:
        turn.encoding = "file"
        await asyncio.to_thread(self._speak, turn)

    def _speak(self, turn: Turn) -> None:
        text = turn.write_in_a_thread()
        for audio in self._client.text_to_speech.convert_realtime(VOICE, text=text, model_id="eleven_flash_v2_5"):
            turn.hear(audio)
            if turn.interrupted.is_set():
                return

    async def close(self) -> None: ...


class OverHttp:
    def __init__(self, key: str) -> None:
        self._client = configured("elevenlabs", key)

    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        if sys.argv[1] == "stream":
            turn.encoding = "file"
            await self._stream(turn, text)
        else:
            await self._stream_with_timestamps(turn, text)

    async def _stream(self, turn: Turn, text: str) -> None:
        async for audio in self._client.text_to_speech.stream(VOICE, text=text):
            turn.hear(audio)
            if turn.interrupted.is_set():
                return

    async def _stream_with_timestamps(self, turn: Turn, text: str) -> None:
        pieces = self._client.text_to_speech.stream_with_timestamps(VOICE, text=text, output_format="pcm_24000")
        async for piece in pieces:
            turn.hear(base64.b64decode(piece.audio_base_64))
            if at := piece.alignment:
                times = (at.characters, at.character_start_times_seconds, at.character_end_times_seconds)
                turn.timing += zip(*times, strict=True)
            if turn.interrupted.is_set():
                return

    async def close(self) -> None: ...


hold(Realtime if sys.argv[1] == "realtime" else OverHttp)
