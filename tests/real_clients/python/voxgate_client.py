"""Voxgate's own client, on a WebSocket: what the others are measured against."""

from contextlib import AsyncExitStack
from typing import Any

import voxgate
from conversation import HTTP, Turn, hold
from voxgate import Audio, Words


class Own:
    def __init__(self, key: str) -> None:
        self._key = key
        self._open = AsyncExitStack()
        self._context: Any = None
        self._seconds = 0.0  # of the context's audio before this turn

    async def speak(self, turn: Turn) -> None:
        self._context = self._context or await self._connect()
        began = self._context.seconds
        text = [0, ""]  # where this turn's text begins in the context's
        async for event in self._context.speak(self._read(turn, text)):
            match event:
                case Audio():
                    turn.hear(event.audio)
                case Words():
                    turn.timing += [
                        (
                            text[1][word.text_start - text[0] : word.text_end - text[0]],
                            word.start - began,
                            word.end - began,
                        )
                        for word in event.words
                    ]
            if turn.interrupted.is_set():
                await self._context.clear(played_ms=round(1000 * self._context.seconds))
                return

    async def _connect(self) -> Any:
        session = await self._open.enter_async_context(voxgate.connect(HTTP, api_key=self._key))
        return await self._open.enter_async_context(
            session.context(encoding="pcm_s16le", sample_rate=24_000, words=True)
        )

    async def _read(self, turn: Turn, text: list) -> Any:
        text[0] = self._sent = getattr(self, "_sent", 0)
        async for delta in turn.write():
            text[1] += delta
            self._sent += len(delta)
            yield delta

    async def close(self) -> None:
        await self._open.aclose()


hold(Own)
