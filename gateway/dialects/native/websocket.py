"""Our own protocol over a WebSocket: the words of core/events.py as JSON with a `type` (docs/protocol.md).

Audio leaves as base64 inside JSON, as binary frames with a six-byte header, or, on a socket for a single context, as
binary frames that are the file.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import msgspec

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.formats import AudioFormat
from gateway.core.pacing import DEFAULT_LATENCY
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.native.errors import describe
from gateway.errors import CLOSE_NORMAL, SpeechError, close_code

# Context handle, sequence: as little as tells contexts apart and shows a hole.
FRAME_HEADER = struct.Struct(">HI")
HANDLES = 1 << 16


class AudioMode(StrEnum):
    BASE64 = "base64"
    BINARY = "binary"
    SINGLE = "single"


def tag(name: str) -> str:
    """OpenContext -> open_context"""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class _Message(msgspec.Struct, frozen=True, tag=tag):
    pass


class Output(msgspec.Struct, frozen=True):
    encoding: str = AudioFormat().encoding
    sample_rate: int = 0
    bit_rate: int = 0


class OpenContext(_Message, frozen=True):
    context_id: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    output: Output = Output()
    text_format: str = "plain"
    words: bool = False
    max_lead: float | None = None
    latency: str = DEFAULT_LATENCY
    pronunciations: tuple[Pronunciation, ...] = ()


class AppendText(_Message, frozen=True):
    context_id: str
    text: str


class Flush(_Message, frozen=True):
    context_id: str


class Clear(_Message, frozen=True):
    context_id: str
    played_ms: float | None = None


class CloseContext(_Message, frozen=True):
    context_id: str


class KeepAlive(_Message, frozen=True):
    context_id: str


class CloseSession(_Message, frozen=True):
    pass


class Audio(_Message, frozen=True):
    context_id: str
    flush_id: int
    sequence: int
    audio: bytes


MESSAGES = msgspec.json.Decoder(OpenContext | AppendText | Flush | Clear | CloseContext | KeepAlive | CloseSession)


class NativeDialect:
    name = "native"

    def __init__(self, audio: AudioMode) -> None:
        self._audio = audio
        self._handles: dict[str, int] = {}
        self._opened = 0
        self._error: SpeechError | None = None

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1) if self._audio is AudioMode.SINGLE else limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        match decode_json(MESSAGES, frame):
            case OpenContext() as opened:
                return [_open(opened)]
            case AppendText(context_id=context_id, text=text):
                return [events.AppendText(context_id, text)]
            case Flush(context_id=context_id):
                return [events.Flush(context_id)]
            case Clear(context_id=context_id, played_ms=played_ms):
                return [events.Clear(context_id, played_ms)]
            case CloseContext(context_id=context_id):
                closing = [events.CloseSession()] if self._audio is AudioMode.SINGLE else []
                return [events.CloseContext(context_id), *closing]
            case KeepAlive(context_id=context_id):
                return [events.KeepAlive(context_id)]
            case _:
                return [events.CloseSession()]

    def expire(self, _context_id: str) -> None:
        """The client opens and names its contexts."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | bytes | Close]:
        match event:
            case events.AudioFrame():
                return [self._frame(event)]
            case events.ContextOpened():
                return [_text("context_opened", self._opened_fields(event))]
            case events.Failed(context_id=context_id, error=error):
                self._error = error if context_id is None else self._error
                return [_text("failed", {"context_id": context_id, "error": describe(error)})]
            case events.ContextDone():
                self._handles.pop(event.context_id, None)
                return [_text("context_done", {"context_id": event.context_id, "usage": event.usage})]
            case events.SessionDone():
                done = _text("session_done", {})
                return [
                    done,
                    Close(close_code(self._error), self._error.reason) if self._error else Close(CLOSE_NORMAL),
                ]
            case _:
                return [_text(tag(type(event).__name__), msgspec.to_builtins(event))]

    def _frame(self, frame: events.AudioFrame) -> str | bytes:
        if self._audio is AudioMode.SINGLE:
            return frame.audio
        if self._audio is AudioMode.BINARY:
            return FRAME_HEADER.pack(self._handles[frame.context_id], frame.sequence) + frame.audio
        message = Audio(frame.context_id, frame.flush_id, frame.sequence, frame.audio)
        return encode_json(message)

    def _opened_fields(self, opened: events.ContextOpened) -> dict[str, Any]:
        self._opened += 1
        self._handles[opened.context_id] = self._opened % HANDLES
        output = opened.output
        return {
            "context_id": opened.context_id,
            "voice": opened.voice,
            "output": Output(output.encoding, output.sample_rate, output.bit_rate),
            "handle": self._handles[opened.context_id],
        }


def _open(opened: OpenContext) -> events.OpenContext:
    output = AudioFormat(opened.output.encoding, opened.output.sample_rate, opened.output.bit_rate)
    return events.OpenContext(
        opened.context_id,
        opened.voice,
        opened.language,
        opened.speed,
        opened.pitch,
        output,
        opened.text_format,
        opened.words,
        opened.max_lead,
        opened.latency,
        opened.pronunciations,
    )


def _text(name: str, fields: dict[str, Any]) -> str:
    return encode_json({"type": name, **fields})
