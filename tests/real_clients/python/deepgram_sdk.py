"""The deepgram SDK. Ways: "websocket", "flux" (the second version of the socket), "http"."""

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from typing import Any

from conversation import Turn, configured, hold
from deepgram.speak.v1.types import SpeakV1Text
from deepgram.speak.v2.types import SpeakV2Speak


class Aura:
    """One socket: what follows a Cleared is the next turn's, since audio carries no id."""

    end, cleared = "Flushed", "Cleared"

    def __init__(self, key: str) -> None:
        self._client = configured("deepgram", key)
        self._open = AsyncExitStack()
        self._socket: Any = None

    async def speak(self, turn: Turn) -> None:
        self._socket = self._socket or await self._open.enter_async_context(self._connect())
        writing = asyncio.ensure_future(self._write(turn))
        interrupting = False
        while True:
            message = await self._socket.recv()
            if isinstance(message, bytes):
                turn.hear(b"" if interrupting else message)
            elif message.type == (self.cleared if interrupting else self.end):
                break
            elif message.type == "Error":
                raise RuntimeError(f"{message.code}: {message.description}")
            if turn.interrupted.is_set() and not interrupting:
                interrupting = True
                writing.cancel()
                with suppress(asyncio.CancelledError):
                    await writing
                await self._interrupt()
        if not interrupting:
            await writing

    def _connect(self) -> Any:
        return self._client.speak.v1.connect(model="aura-2-thalia-en", encoding="linear16", sample_rate=24_000)

    async def _write(self, turn: Turn) -> None:
        async for delta in turn.write():
            await self._socket.send_text(SpeakV1Text(text=delta))
        await self._socket.send_flush()

    async def _interrupt(self) -> None:
        await self._socket.send_clear()

    async def close(self) -> None:
        if self._socket:
            await self._socket.send_close()
        await self._open.aclose()


class Flux(Aura):
    end, cleared = "SpeechMetadata", "SpeechInterrupted"

    def _connect(self) -> Any:
        return self._client.speak.v2.connect(model="flux-heather-en", encoding="linear16", sample_rate=24_000)

    async def _write(self, turn: Turn) -> None:
        async for delta in turn.write():
            await self._socket.send_speak(SpeakV2Speak(text=delta))
        await self._socket.send_flush()

    async def _interrupt(self) -> None:
        await self._socket.send_interrupt()


class OverHttp:
    def __init__(self, key: str) -> None:
        self._client = configured("deepgram", key)

    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        turn.encoding = "file"
        async for audio in self._client.speak.v1.audio.generate(text=text, model="aura-2-thalia-en"):
            turn.hear(audio)
            if turn.interrupted.is_set():
                return

    async def close(self) -> None: ...


hold({"websocket": Aura, "flux": Flux, "http": OverHttp}[sys.argv[1]])
