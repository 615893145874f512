"""Our own one-shot request: POST /v1/speech (docs/protocol.md)."""

import msgspec

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.formats import AudioFormat
from gateway.core.pacing import DEFAULT_LATENCY
from gateway.dialects import decode_json
from gateway.dialects.one_shot import CONTEXT
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, OneShot, Request


class Body(msgspec.Struct, frozen=True):
    """The fields of open_context, and the text."""

    text: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    encoding: str = AudioFormat().encoding
    sample_rate: int = 0
    bit_rate: int = 0
    text_format: str = "plain"
    latency: str = DEFAULT_LATENCY
    pronunciations: tuple[Pronunciation, ...] = ()


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Asked:
    asked = decode_json(BODY, body)
    opened = events.OpenContext(
        CONTEXT,
        asked.voice,
        asked.language,
        asked.speed,
        asked.pitch,
        AudioFormat(asked.encoding, asked.sample_rate, asked.bit_rate),
        asked.text_format,
        max_lead=0,
        latency=asked.latency,
        pronunciations=asked.pronunciations,
    )
    return Asked(opened, asked.text)


SPEECH = OneShot(
    "http",
    parse,
    Shape("Speak a text", Body, replies={200: AUDIO}, example={"text": "Hello there.", "encoding": "mp3"}),
)
