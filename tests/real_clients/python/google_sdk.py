"""Google Cloud's client. Ways: "stream" (text as it is written), "whole"."""

import asyncio
import io
import sys
import wave
from collections.abc import AsyncIterator
from typing import Any

from conversation import Turn, configured, hold
from google.cloud import texttospeech as tts

VOICE = tts.VoiceSelectionParams(language_code="en-US", name="en-US-Chirp3-HD-Charon")


class Streaming:
    def __init__(self, key: str) -> None:
        self._client = configured("google", key)

    async def speak(self, turn: Turn) -> None:
        stream: Any = await self._client.streaming_synthesize(requests=self._requests(turn))
        try:
            async for response in stream:
                turn.hear(response.audio_content)
                if turn.interrupted.is_set():
                    stream.cancel()
        except asyncio.CancelledError:
            if not turn.interrupted.is_set():
                raise

    async def _requests(self, turn: Turn) -> AsyncIterator[tts.StreamingSynthesizeRequest]:
        yield tts.StreamingSynthesizeRequest(streaming_config=tts.StreamingSynthesizeConfig(voice=VOICE))
        async for delta in turn.write():
            yield tts.StreamingSynthesizeRequest(input=tts.StreamingSynthesisInput(text=delta))

    async def close(self) -> None:
        await self._client.transport.close()


class Whole(Streaming):
    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        response = await self._client.synthesize_speech(
            input=tts.SynthesisInput(text=text),
            voice=VOICE,
            audio_config=tts.AudioConfig(audio_encoding=tts.AudioEncoding.LINEAR16),
        )
        with wave.open(io.BytesIO(response.audio_content)) as file:
            turn.rate = file.getframerate()
            turn.hear(file.readframes(file.getnframes()))


hold({"stream": Streaming, "whole": Whole}[sys.argv[1]])
