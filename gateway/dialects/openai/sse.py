"""A speech reply as server-sent events, for stream_format "sse"."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.core.events import AudioFrame, ContextDone, ContextOpened, Event, Usage
from gateway.dialects.openai.errors import describe
from gateway.errors import SpeechError

# Nothing here counts tokens. The vendor's models have about one for four characters and 20 for a second of audio, so
# that a dashboard made for them shows what it is used to.
CHARACTERS_PER_TOKEN = 4
TOKENS_PER_SECOND = 20


class SpeechEvents:
    def content_type(self, _opened: ContextOpened) -> str:
        return "text/event-stream"

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        if isinstance(event, AudioFrame):
            return [_event({"type": "speech.audio.delta", "audio": event.audio})]
        if isinstance(event, ContextDone):
            return [_event({"type": "speech.audio.done", "usage": _tokens(event.usage)})]
        return []

    def fail(self, error: SpeechError) -> Sequence[bytes | SpeechError]:
        """The SDK raises for the event. LiveKit passes over it, and hears of the failure by the missing end."""
        return [_event({"type": "error", "error": describe(error)}), error]


def _tokens(usage: Usage) -> dict[str, int]:
    read = math.ceil(usage.characters / CHARACTERS_PER_TOKEN)
    made = math.ceil(usage.audio_seconds * TOKENS_PER_SECOND)
    return {"input_tokens": read, "output_tokens": made, "total_tokens": read + made}


def _event(fields: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(fields) + b"\n\n"
