"""The messages of /v1/text-to-dialogue/stream-input and /multi-stream-input: lines, each with a voice of its own.

A line becomes SSML, which the core knows to speak in many voices. Times are told if sync_alignment asks for them.
"""

from html import escape
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.dialects import decode_json
from gateway.dialects.elevenlabs.said import Said
from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.dialects.elevenlabs.text_to_speech import VoiceSettings, speed_of


class Line(msgspec.Struct, frozen=True, gc=False):
    text: str
    voice_id: str | None = None
    new_turn: bool | None = None  # the core parts voices anyhow


class Message(msgspec.Struct, frozen=True, gc=False):
    """voices: of the first message of a context; the first of them speaks what has no voice of its own."""

    context_id: str | None = None
    inputs: tuple[Line, ...] | None = None
    voices: tuple[str | None, ...] | None = None  # Pipecat's is null where its user chose none
    flush: bool | None = None
    close_context: bool | None = None
    close_socket: bool | None = None
    voice_settings: VoiceSettings | None = None


class Aligned(msgspec.Struct, frozen=True, gc=False):
    """Milliseconds."""

    chars: list[str]
    char_start_times_ms: list[int]
    char_durations_ms: list[int]


class Speech(msgspec.Struct, frozen=True, gc=False):
    audio: bytes | None
    alignment: Aligned | UnsetType = UNSET
    context_id: str | UnsetType = UNSET


MESSAGE = msgspec.json.Decoder(Message)


class TextToDialogue:
    names = ("context_id",)

    def __init__(self, *, timed: bool) -> None:
        self.timed = timed

    def read(self, frame: str | bytes) -> Said:
        message = decode_json(MESSAGE, frame)
        lines, voices = message.inputs or (), message.voices or ()
        return Said(
            message.context_id or "",
            "".join(map(markup_of, lines)),
            opens=bool(lines or voices),
            flush=bool(message.flush),
            closes=bool(message.close_context),
            closes_socket=bool(message.close_socket),
            voice=next(filter(None, (*voices, *(line.voice_id for line in lines))), ""),
            speed=speed_of(message.voice_settings),
        )

    def speech(self, name: str | UnsetType, audio: bytes | None, spoken: Spoken | None) -> Speech:
        if spoken is None or not self.timed:
            return Speech(audio, context_id=name)
        return Speech(audio, Aligned(spoken.characters, spoken.offsets, spoken.durations), name)

    def flushed(self) -> dict[str, Any]:
        return {"is_final_audio_for_turn": True}

    def final(self) -> dict[str, Any]:
        return {"is_final": True}


def markup_of(line: Line) -> str:
    """A line as SSML, which says of the text itself only that it is text."""
    text = escape(line.text, quote=False)
    return f'<voice name="{escape(line.voice_id)}">{text}</voice>' if line.voice_id and text else text
