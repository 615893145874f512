"""The messages of /v1/text-to-speech/{voice}/stream-input and /multi-stream-input.

Fields that are not here steer the vendor's models or its account. Every key of a reply that clients spell in two ways
is there in both.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.dialects import decode_json
from gateway.dialects.elevenlabs.said import Said
from gateway.dialects.elevenlabs.spoken import Spoken


class VoiceSettings(msgspec.Struct, frozen=True, gc=False):
    speed: float | None = None


class GenerationConfig(msgspec.Struct, frozen=True, gc=False):
    chunk_length_schedule: tuple[int, ...] | None = None


class Message(msgspec.Struct, frozen=True, gc=False):
    text: str | None = None
    context_id: str | None = None
    camel_context_id: str | None = msgspec.field(name="contextId", default=None)
    flush: bool | None = None
    close_context: bool | None = None
    close_socket: bool | None = None
    try_trigger_generation: bool | None = None
    voice_settings: VoiceSettings | None = None
    generation_config: GenerationConfig | None = None


class Aligned(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Milliseconds. Both spellings of the durations are the vendor's."""

    chars: list[str]
    char_start_times_ms: list[int]
    char_durations_ms: list[int]
    chars_durations_ms: list[int]


class Speech(msgspec.Struct, frozen=True, gc=False):
    """audio: bytes, which JSON has as base64. The context is named where there can be several."""

    audio: bytes | None
    is_final: None = msgspec.field(name="isFinal")
    normalized: Aligned | None = msgspec.field(name="normalizedAlignment")
    alignment: Aligned | None
    camel_context_id: str | UnsetType = msgspec.field(name="contextId", default=UNSET)
    context_id: str | UnsetType = UNSET


MESSAGE = msgspec.json.Decoder(Message)
ORIGINAL = ("ja", "ko", "zh")  # languages in which LiveKit reads `alignment`


class TextToSpeech:
    """Times are read in two ways. Pipecat adds up the spans of `alignment`, each of which begins at 0, as the vendor
    specifies. LiveKit, which alone asks for sync_alignment, takes them as times of the context: there they count on in
    what it reads, which is `normalizedAlignment`, but `alignment` in some languages.
    """

    names = ("contextId", "context_id")
    timed = True

    def __init__(self, *, counts_on: bool, language: str = "") -> None:
        self._counts_on = counts_on
        self._all_count_on = counts_on and language.lower().split("-")[0] in ORIGINAL

    def read(self, frame: str | bytes) -> Said:
        message = decode_json(MESSAGE, frame)
        return Said(
            message.context_id or message.camel_context_id or "",
            message.text or "",
            opens=bool(message.text),
            flush=bool(message.flush),
            closes=bool(message.close_context),
            ends=message.text == "" and not message.flush,
            closes_socket=bool(message.close_socket),
            speed=speed_of(message.voice_settings),
            schedule=_schedule(message),
        )

    def speech(self, name: str | UnsetType, audio: bytes | None, spoken: Spoken | None) -> Speech:
        aligned = normalized = None
        if spoken is not None:
            durations = spoken.durations
            aligned = normalized = Aligned(spoken.characters, spoken.offsets, durations, durations)
            if self._counts_on:
                heard = any(spoken.characters)
                normalized = Aligned(spoken.characters, spoken.starts, durations, durations) if heard else None
            if self._all_count_on:
                aligned = normalized
        return Speech(audio, None, normalized, aligned, name, name)

    def flushed(self) -> None:
        return None

    def final(self) -> dict[str, Any]:
        return {"isFinal": True}


def speed_of(settings: VoiceSettings | None) -> float:
    return (settings and settings.speed) or 1.0


def _schedule(message: Message) -> tuple[int, ...]:
    """Characters that each generation has at least; empty: as we think best, which tries as soon as it can."""
    if message.try_trigger_generation or message.generation_config is None:
        return ()
    return message.generation_config.chunk_length_schedule or ()
