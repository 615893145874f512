"""One text over HTTP: the body of a request becomes a conversation of one context, whose audio is the reply's body."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.dialects import Close, decode_json
from gateway.errors import CLOSE_NORMAL, InvalidSetting, SpeechError

CONTEXT = "request"


@dataclass(frozen=True, slots=True)
class ContentType:
    """Said before the first audio."""

    value: str


class OneShotDialect:
    """Frames out: ContentType, then bytes; or the SpeechError that ended it."""

    def __init__(self, name: str, parse: "Parse") -> None:
        self.name = name
        self._parse = parse
        self._audible = False

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: str) -> Sequence[events.Command]:
        opened, text = self._parse(frame)
        if not text.strip():
            raise InvalidSetting("the text is empty")
        return [opened, events.AppendText(CONTEXT, text), events.CloseContext(CONTEXT), events.CloseSession()]

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[ContentType | bytes | SpeechError | Close]:
        match event:
            case events.ContextOpened(output=output):
                return [ContentType(output.content_type)]
            case events.AudioFrame(audio=audio):
                self._audible = True
                return [audio]
            case events.Failed(error=error):
                return [error]
            case events.ContextDone() if not self._audible:
                return [InvalidSetting("the text has nothing to speak")]
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []


Parse = Callable[[str], tuple[events.OpenContext, str]]


class SpeechBody(msgspec.Struct, frozen=True):
    """POST /v1/speech. The fields of open_context, and the text."""

    text: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    encoding: str = AudioFormat().encoding
    sample_rate: int = 0
    bit_rate: int = 0
    text_format: str = "plain"


SPEECH_BODY = msgspec.json.Decoder(SpeechBody)


def parse_speech(body: str) -> tuple[events.OpenContext, str]:
    asked = decode_json(SPEECH_BODY, body)
    opened = events.OpenContext(
        CONTEXT,
        asked.voice,
        asked.language,
        asked.speed,
        asked.pitch,
        AudioFormat(asked.encoding, asked.sample_rate, asked.bit_rate),
        asked.text_format,
        max_lead=0,
    )
    return opened, asked.text


# POST path -> how its body is read.
PATHS: Mapping[str, tuple[str, Parse]] = MappingProxyType({"/v1/speech": ("http", parse_speech)})
