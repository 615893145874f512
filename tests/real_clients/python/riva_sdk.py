"""NVIDIA Riva's client, which takes texts that are whole: one for each sentence."""

import asyncio
import re
from typing import Any

import grpc
from conversation import Turn, configured, hold

RATE = 24_000


class Riva:
    def __init__(self, key: str) -> None:
        self._service = configured("riva", key)

    async def speak(self, turn: Turn) -> None:
        text = "".join([delta async for delta in turn.write()])
        await asyncio.to_thread(self._hear, turn, re.split(r"(?<=[.!?]) (?=[A-Z][a-z]+ )", text))

    def _hear(self, turn: Turn, sentences: list[str]) -> None:
        turn.rate = RATE
        call: Any = self._service.synthesize_online(
            sentences, sample_rate_hz=RATE, voice_name="Magpie-Multilingual.EN-US.Leo", enable_word_time_offsets=True
        )
        try:
            for response in call:
                turn.hear(response.audio)
                turn.timing += [
                    (word.word, word.start_time / 1000, word.end_time / 1000) for word in response.meta.words
                ]
                if turn.interrupted.is_set():
                    call.cancel()
        except grpc.RpcError as error:
            if not turn.interrupted.is_set():
                raise RuntimeError(f"{error.code().name}: {error.details()}") from error

    async def close(self) -> None: ...


hold(Riva)
