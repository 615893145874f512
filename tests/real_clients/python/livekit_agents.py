"""livekit-agents with one of its plugins, as an agent uses them."""

import asyncio
import sys
from contextlib import suppress

from conversation import Turn, configured, hold
from livekit.agents import tts
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT
from livekit.agents.utils import http_context


class Agent:
    def __init__(self, key: str) -> None:
        plugin, _, way = sys.argv[1].partition("/")
        http_context._new_session_ctx()  # as an agent's job does
        self._tts: tts.TTS = configured(f"livekit-agents/{plugin}", key)
        self._whole = way == "http" or not self._tts.capabilities.streaming

    async def speak(self, turn: Turn) -> None:
        listening = asyncio.ensure_future(self._speak_whole(turn) if self._whole else self._stream(turn))
        interrupted = asyncio.ensure_future(turn.interrupted.wait())
        await asyncio.wait([listening, interrupted], return_when=asyncio.FIRST_COMPLETED)
        interrupted.cancel()
        if turn.interrupted.is_set():
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
        else:
            await listening

    async def _stream(self, turn: Turn) -> None:
        async with self._tts.stream() as stream, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._push(stream, turn))
            await self._play(stream, turn)

    async def _push(self, stream: tts.SynthesizeStream, turn: Turn) -> None:
        async for delta in turn.write():
            stream.push_text(delta)
        stream.end_input()

    async def _speak_whole(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        async with self._tts.synthesize(text) as stream:
            await self._play(stream, turn)

    async def _play(self, stream: tts.SynthesizeStream | tts.ChunkedStream, turn: Turn) -> None:
        async for heard in stream:
            turn.rate = heard.frame.sample_rate
            turn.timing += [
                (str(word), float(word.start_time or 0.0), float(word.end_time or 0.0))
                for word in heard.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
            ]
            turn.hear(bytes(heard.frame.data))

    async def close(self) -> None:
        await self._tts.aclose()
        await http_context._close_http_ctx()


hold(Agent)
