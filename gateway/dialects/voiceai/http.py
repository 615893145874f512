"""Voice.ai's one-shot requests: POST /api/v1/tts/speech and /api/v1/tts/speech/stream.

Facts: the vendor's quick start and API reference. Both take the same body. The vendor answers the first in one
piece, we answer both in chunks: the same bytes to a client.
"""

import re

import msgspec

from gateway.core import events
from gateway.dialects import decode_json
from gateway.dialects.one_shot import CONTEXT, http_status
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, OneShot, Refusal, Request
from gateway.dialects.voiceai.formats import parse_format
from gateway.errors import Code, InvalidMessage, MessageTooLarge, SpeechError

UNPROCESSABLE = 422
PLACE = re.compile(r"missing required field `(?P<missing>\w+)`|at `\$\.(?P<wrong>\w+)")


class Body(msgspec.Struct, frozen=True):
    """model, temperature and top_p steer the vendor's models and nothing here."""

    text: str
    voice_id: str | None = None
    model: str | None = None
    language: str | None = None
    audio_format: str | None = None
    temperature: float | None = None
    top_p: float | None = None


class Wrong(msgspec.Struct, frozen=True):
    loc: tuple[str, ...]
    msg: str
    type: str


class ErrorReply(msgspec.Struct, frozen=True):
    detail: str | tuple[Wrong, ...]


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Asked:
    asked = decode_json(BODY, body)
    output = parse_format(asked.audio_format)
    opened = events.OpenContext(CONTEXT, asked.voice_id or "", asked.language or "", output=output, max_lead=0)
    return Asked(opened, asked.text)


def refuse(error: SpeechError) -> Refusal:
    """What is wrong with a body is told as FastAPI tells it, which the vendor uses."""
    if error.code is not Code.INVALID_ARGUMENT or isinstance(error, MessageTooLarge):
        return Refusal(http_status(error), ErrorReply(error.message))
    place, kind = _place(error)
    return Refusal(UNPROCESSABLE, ErrorReply((Wrong(tuple(place), error.message, kind),)))


def _place(error: SpeechError) -> tuple[list[str], str]:
    if not isinstance(error, InvalidMessage):
        return ["body"], "value_error"
    found = PLACE.search(error.message)
    if found is None:
        return ["body"], "json_invalid"
    return ["body", found["missing"] or found["wrong"]], "missing" if found["missing"] else "type_error"


SPEECH = OneShot(
    "voiceai_http",
    parse,
    Shape("Speak a text", Body, replies={200: AUDIO}, example={"text": "Hello there.", "language": "en"}),
)
