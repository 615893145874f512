"""Wyoming's speech: one turn after the other, each a context.

    classic     > synthesize                                                 < audio-start audio-chunk... audio-stop
    streaming   > synthesize-start synthesize-chunk... synthesize-stop      < the same, then synthesize-stopped

Within the streaming exchange clients send the whole text as `synthesize` once more, for servers that know only the
classic one: it is ignored there. Events that nobody knows are ignored too, as the protocol wants. An error ends the
connection, as with Piper's server: Home Assistant waits for audio-stop or the end, and reads nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from gateway.core import events
from gateway.core.formats import ALL_RATES, AudioFormat
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.wyoming.frames import WyomingEvent
from gateway.errors import CLOSE_NORMAL, InvalidMessage, SpeechError

Wanted = TypeVar("Wanted")
WIDTH = 2  # bytes of a sample
TEXT_FORMATS = {None: "plain", "text": "plain"}  # others are called as ours are


class VoiceWish(msgspec.Struct, frozen=True):
    """speaker: one of a voice with several, which ours are not."""

    name: str | None = None
    language: str | None = None
    speaker: str | None = None


class Start(msgspec.Struct, frozen=True):
    """context: of Home Assistant's assistant; nothing of it is heard."""

    voice: VoiceWish | None = None
    text_format: str | None = None


class Text(msgspec.Struct, frozen=True):
    text: str


class WyomingDialect:
    name = "wyoming"

    def __init__(self, catalog: Callable[[], VoiceCatalog]) -> None:
        """catalog: asked at each turn, since workers come and go, and connections stay."""
        self._catalog = catalog
        self._turns = 0
        self._open = ""  # the context of the turn that is not over
        self._writing = False  # between synthesize-start and synthesize-stop
        self._streaming = False  # whether the turn is of the streaming kind
        self._rate = 0
        self._samples = 0

    def takes(self, event: WyomingEvent) -> bool:
        """Whether it may be decoded now: a turn waits for the one before, since audio does not say whose it is."""
        begins = event.type in ("synthesize", "synthesize-start")
        return not (begins and self._open) or self._writing

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: WyomingEvent) -> Sequence[events.Command]:
        match frame.type:
            case "synthesize" if not self._writing:
                opened = self._begin(frame.data, streaming=False)
                said = events.AppendText(self._open, _read(Text, frame.data).text)
                return [opened, said, events.CloseContext(self._open)]
            case "synthesize-start" if self._writing:
                raise InvalidMessage("synthesize-start before synthesize-stop")
            case "synthesize-start":
                return [self._begin(frame.data, streaming=True)]
            case "synthesize-chunk" | "synthesize-stop" if not self._writing:
                raise InvalidMessage(f"{frame.type} without synthesize-start")
            case "synthesize-chunk":
                return [events.AppendText(self._open, _read(Text, frame.data).text)]
            case "synthesize-stop":
                self._writing = False
                return [events.CloseContext(self._open)]
        return []

    def expire(self, _context_id: str) -> None:
        self._writing = False

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[WyomingEvent | Close]:
        match event:
            case events.ContextOpened(output=output):
                self._rate, self._samples = output.sample_rate, 0
                return [WyomingEvent("audio-start", self._format())]
            case events.AudioFrame(audio=audio):
                said = WyomingEvent("audio-chunk", self._format(), audio)
                self._samples += len(audio) // WIDTH
                return [said]
            case events.Failed(error=error):
                return [as_event(error), Close(CLOSE_NORMAL)]
            case events.ContextDone():
                return self._end()
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _begin(self, data: dict[str, Any], *, streaming: bool) -> events.OpenContext:
        """Audio comes at the voice's own rate, which every message tells."""
        start = _read(Start, data)
        wish = start.voice or VoiceWish()
        name, language = wish.name or "", wish.language or ""
        rate = self._catalog().resolve(name, language).sample_rate
        self._turns += 1
        self._open = str(self._turns)
        self._writing = self._streaming = streaming
        return events.OpenContext(
            self._open,
            name,
            language,
            output=AudioFormat("pcm_s16le", rate if rate in ALL_RATES else 0),
            text_format=TEXT_FORMATS.get(start.text_format, start.text_format or ""),
        )

    def _end(self) -> list[WyomingEvent | Close]:
        stopped = [WyomingEvent("synthesize-stopped")] if self._streaming else []
        self._open, self._writing = "", False
        return [WyomingEvent("audio-stop", {"timestamp": self._milliseconds}), *stopped]

    def _format(self) -> dict[str, int]:
        return {"rate": self._rate, "width": WIDTH, "channels": 1, "timestamp": self._milliseconds}

    @property
    def _milliseconds(self) -> int:
        return self._samples * 1000 // self._rate if self._rate else 0


def as_event(error: SpeechError) -> WyomingEvent:
    return WyomingEvent("error", {"text": error.message, "code": error.reason})


def _read(wanted: type[Wanted], data: dict[str, Any]) -> Wanted:
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        raise InvalidMessage(f"not an event of this protocol: {str(error)[:200]}") from error
