"""Replies that tell when each character is heard: in one piece of JSON, or line by line.

Times are seconds of the whole audio. A line stays below what aiohttp's clients (Pipecat's) read as one: 128 KiB.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gateway.core.events import AudioFrame, ContextDone, ContextOpened, Event, Words
from gateway.dialects.elevenlabs.alignment import Alignment
from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.dialects.reply import WholeAudio
from gateway.errors import SpeechError

LINE_AUDIO = 32_768  # bytes before base64; whole samples


class Times(msgspec.Struct, frozen=True):
    """Seconds."""

    characters: tuple[str, ...]
    character_start_times_seconds: tuple[float, ...]
    character_end_times_seconds: tuple[float, ...]


class Timed(msgspec.Struct, frozen=True):
    """What a reply, or a line of it, holds."""

    audio_base64: str
    alignment: Times | None
    normalized_alignment: Times | None


class Lines:
    """Audio as it is made, each line with the words that end in it."""

    def __init__(self, text: str, *, markup: bool) -> None:
        self._alignment = Alignment(every=False, markup=markup)
        self._alignment.append(text)

    def content_type(self, _opened: ContextOpened) -> str:
        return "application/json"

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        match event:
            case Words(words=words):
                self._alignment.hear(words)
            case AudioFrame(audio=audio, until=until):
                return list(_lines(audio, self._alignment.advance(until)))
            case ContextDone():
                rest = self._alignment.finish(self._alignment.received)
                return list(_lines(b"", rest)) if rest else []
        return []

    def fail(self, _error: SpeechError) -> Sequence[bytes]:
        return []


class Whole:
    def __init__(self, text: str, *, markup: bool) -> None:
        self._alignment = Alignment(every=False, markup=markup)
        self._alignment.append(text)
        self._audio = WholeAudio()
        self._spoken: list[Spoken | None] = []

    def content_type(self, _opened: ContextOpened) -> str:
        return "application/json"

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        match event:
            case Words(words=words):
                self._alignment.hear(words)
            case AudioFrame(audio=audio, until=until):
                self._audio.add(audio)
                self._spoken.append(self._alignment.advance(until))
            case ContextDone(head=head):
                self._spoken.append(self._alignment.finish(self._alignment.received))
                return [_object(self._audio.audio(head), list(filter(None, self._spoken)))]
        return []

    def fail(self, _error: SpeechError) -> Sequence[bytes]:
        return []


def _lines(audio: bytes, spoken: Spoken | None) -> Iterator[bytes]:
    yield _object(audio[:LINE_AUDIO], [spoken] if spoken else []) + b"\n"
    for start in range(LINE_AUDIO, len(audio), LINE_AUDIO):
        yield _object(audio[start : start + LINE_AUDIO], []) + b"\n"


def _object(audio: bytes, spoken: Sequence[Spoken]) -> bytes:
    aligned = _aligned(spoken) if spoken else None
    return msgspec.json.encode({"audio_base64": audio, "alignment": aligned, "normalized_alignment": aligned})


def _aligned(spoken: Sequence[Spoken]) -> msgspec.Raw:
    """Written once, sent twice."""
    fields: dict[str, Any] = {
        "characters": [character for each in spoken for character in each.characters],
        "character_start_times_seconds": [start / 1000 for each in spoken for start in each.starts],
        "character_end_times_seconds": [end / 1000 for each in spoken for end in each.ends],
    }
    return msgspec.Raw(msgspec.json.encode(fields))
