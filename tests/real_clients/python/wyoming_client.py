"""Wyoming's client, as Home Assistant uses it. Ways: "stream", "whole"."""

import asyncio
import sys
from typing import Any

from conversation import Turn, configured, hold
from wyoming.audio import AudioChunk
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

VOICE = SynthesizeVoice(name="en_US-lessac-medium")


class Wyoming:
    """Interrupting is hanging up; the next turn comes on a new connection."""

    end = "synthesize-stopped"

    def __init__(self, _key: str) -> None:
        self._client: Any = None

    async def speak(self, turn: Turn) -> None:
        if self._client is None:
            self._client = configured("wyoming", "")
            await self._client.connect()
        writing = asyncio.ensure_future(self._write(turn))
        while not turn.interrupted.is_set():
            event = await self._client.read_event()
            if event is None or event.type == "error":
                raise RuntimeError(event.data["text"] if event else "the connection ended")
            if AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                turn.rate = chunk.rate
                turn.hear(chunk.audio)
            if event.type == self.end:
                return await writing
        writing.cancel()
        await self.close()
        return None

    async def _write(self, turn: Turn) -> None:
        await self._client.write_event(SynthesizeStart(voice=VOICE).event())
        async for delta in turn.write():
            await self._client.write_event(SynthesizeChunk(delta).event())
        await self._client.write_event(Synthesize(turn.text, voice=VOICE).event())
        await self._client.write_event(SynthesizeStop().event())

    async def close(self) -> None:
        if self._client is not None:
            await self._client.disconnect()
            self._client = None


class Classic(Wyoming):
    end = "audio-stop"

    async def _write(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        await self._client.write_event(Synthesize(text, voice=VOICE).event())


hold({"stream": Wyoming, "whole": Classic}[sys.argv[1]])
