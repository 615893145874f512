"""jambonz's custom speech: POST and WebSocket at /v1/jambonz/tts.

Facts: jambonz's guide to custom TTS providers and its example servers. The socket belongs to a call: text comes in
pieces that are joined with a space, `flush` speaks what there is, `stop` or hanging up is the interruption and the end.
Audio is binary, raw PCM at the rate that the query asks for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.one_shot import CONTEXT, ErrorReply, refuse
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, OneShot, Request, Socket, Surface
from gateway.errors import CLOSE_NORMAL, InvalidSetting, close_code

PATH = "/v1/jambonz/tts"
CALL = "call"
TELEPHONY = 8000  # Hz, where none is asked for


class Body(msgspec.Struct, frozen=True):
    text: str
    type: str = "text"  # or "ssml"
    voice: str | None = None
    language: str | None = None


class Opening(msgspec.Struct, frozen=True):
    """sampleRate: Hz."""

    voice: str = ""
    language: str = ""
    sampleRate: int = TELEPHONY  # noqa: N815 - as the wire has it


class Message(msgspec.Struct, frozen=True):
    """type: stream, flush, stop, keepalive; others mean nothing here."""

    type: str
    text: str = ""


BODY = msgspec.json.Decoder(Body)
MESSAGE = msgspec.json.Decoder(Message)


class JambonzDialect:
    name = "jambonz"

    def __init__(self, opened: events.OpenContext) -> None:
        """opened: the call's context, which its first text opens."""
        self._opened = opened
        self._fresh = True

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        message = decode_json(MESSAGE, frame)
        match message.type:
            case "stream" if message.text:
                opened = [self._opened] if self._fresh else []
                self._fresh = False
                return [*opened, events.AppendText(CALL, f"{message.text} ")]
            case "flush" if not self._fresh:
                return [events.Flush(CALL)]
            case "keepalive" if not self._fresh:
                return [events.KeepAlive(CALL)]
            case "stop":
                return [events.CloseSession()] if self._fresh else [events.Clear(CALL), events.CloseSession()]
        return []

    def expire(self, _context_id: str) -> None:
        self._fresh = True  # the next text opens another

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | bytes | Close]:
        match event:
            case events.SessionOpened():
                return [encode_json({"type": "connect", "data": self._connected()})]
            case events.AudioFrame():
                return [event.audio]
            case events.Failed(error=error):
                return [encode_json({"type": "error", "error": error.message}), Close(close_code(error), error.message)]
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _connected(self) -> dict[str, Any]:
        return {"sample_rate": self._opened.output.sample_rate, "base64_encoding": False}


def _open(request: Request) -> JambonzDialect:
    """Raises UnknownVoice, UnsupportedFormat before the upgrade."""
    query = request.query
    voice = request.catalog.resolve(query.get("voice", ""), query.get("language", ""))
    output = AudioFormat("pcm_s16le", _rate(query)).resolved()
    return JambonzDialect(events.OpenContext(CALL, voice.name, query.get("language", ""), output=output))


def _rate(query: Mapping[str, str]) -> int:
    asked = query.get("sampleRate", str(TELEPHONY))
    if not asked.isdecimal():
        raise InvalidSetting("sampleRate is a number of samples per second")
    return int(asked[:6])


def _parse(_request: Request, body: str) -> Asked:
    asked = decode_json(BODY, body)
    text_format = "ssml" if asked.type == "ssml" else "plain"
    output = AudioFormat("mp3")
    opened = events.OpenContext(
        CONTEXT, asked.voice or "", asked.language or "", output=output, text_format=text_format, max_lead=0
    )
    return Asked(opened, asked.text)


HELLO = {"text": "Hello there.", "type": "text", "language": "en-US", "voice": "en-us"}
JAMBONZ = Surface(
    refuse,
    sockets={PATH: Socket(_open, shape=Shape("jambonz's protocol", query=Opening))},
    posts={PATH: OneShot("jambonz_http", _parse, Shape("Speak a text", Body, replies={200: AUDIO}, example=HELLO))},
    name="jambonz",
    error=ErrorReply,
)
