"""`POST /v1/tts/stream/`: server-sent events, without a job.

The vendor does not tell what its events look like; they are OpenAI's speech events here, `speech.audio.delta` with
audio in base64 and `speech.audio.done`, and an `error` as the vendor tells it. The body is that of `/v1/tts/`.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from gateway.core.events import AudioFrame, ContextDone, ContextOpened, Event
from gateway.dialects.prices import credits_of
from gateway.dialects.surface import Asked, Request
from gateway.dialects.ttsai.errors import describe
from gateway.dialects.ttsai.replies import Error
from gateway.dialects.ttsai.speech import parse, whole
from gateway.errors import SpeechError


class Used(msgspec.Struct, frozen=True):
    """characters: of the text that was spoken; audio_seconds: of the audio that was made of it."""

    characters: int
    audio_seconds: float


class Delta(msgspec.Struct, frozen=True):
    audio: bytes
    type: Literal["speech.audio.delta"] = "speech.audio.delta"


class Done(msgspec.Struct, frozen=True):
    usage: Used
    type: Literal["speech.audio.done"] = "speech.audio.done"


class Broken(msgspec.Struct, frozen=True):
    error: Error
    type: Literal["error"] = "error"


class SpeechEvents:
    def content_type(self, _opened: ContextOpened) -> str:
        return "text/event-stream"

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        if isinstance(event, AudioFrame):
            return [_written(Delta(event.audio))]
        if isinstance(event, ContextDone):
            return [_written(Done(Used(event.usage.characters, round(event.usage.audio_seconds, 3))))]
        return []

    def fail(self, error: SpeechError) -> Sequence[bytes | SpeechError]:
        """The error itself, too: the body breaks off."""
        return [_written(Broken(describe(error))), error]


def parse_stream(request: Request, body: str) -> Asked:
    wanted = parse(request, body)
    cost = credits_of(request, wanted.opened, wanted.charged)
    return Asked(wanted.opened, wanted.text, SpeechEvents(), {"X-Credits-Used": str(whole(cost))})


def _written(event: msgspec.Struct) -> bytes:
    return b"data: " + msgspec.json.encode(event) + b"\n\n"
