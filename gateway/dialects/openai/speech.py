"""OpenAI's one-shot request: POST /v1/audio/speech.

Facts: OpenAI's API reference and its SDKs; `lang_code` is Kokoro-FastAPI's, `text_format` ours. Every field that is not
here is ignored: `model` and `instructions` steer the vendor's models, and there is one way to stream a body.
"""

from typing import Literal

import msgspec

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.core.hush import HUSH
from gateway.dialects import decode_json
from gateway.dialects.one_shot import CONTEXT
from gateway.dialects.openai.sse import SpeechEvents
from gateway.dialects.reply import RawAudio
from gateway.dialects.shape import AUDIO_OR_EVENTS, Shape
from gateway.dialects.surface import Asked, OneShot, Request
from gateway.errors import InvalidMessage, InvalidSetting

RATE = 24_000  # of everything: the SDKs' users take pcm for that
FORMATS = {
    "mp3": AudioFormat("mp3", RATE),
    "opus": AudioFormat("ogg_opus", RATE),
    "aac": AudioFormat("aac", RATE),
    "flac": AudioFormat("flac", RATE),
    "wav": AudioFormat("wav", RATE),
    "pcm": AudioFormat("pcm_s16le", RATE),
    # What telephony asks for in vain there, by the names of the vendor's Realtime API.
    "g711_ulaw": AudioFormat("mulaw"),
    "g711_alaw": AudioFormat("alaw"),
}
# Kokoro's letters; what is none of them is a language tag.
LETTERS = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr-fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-br",
    "z": "zh",
}


class VoiceId(msgspec.Struct, frozen=True):
    id: str


class Body(msgspec.Struct, frozen=True):
    """null is the same as nothing, for clients that write all their fields."""

    input: str
    voice: str | VoiceId | None = None
    response_format: str | None = None
    speed: float | None = None
    stream_format: Literal["audio", "sse"] | None = None
    lang_code: str | None = None
    text_format: str | None = None


BODY = msgspec.json.Decoder(Body)


def parse(request: Request, body: str) -> Asked:
    asked = _read(request, body)
    if not asked.input.strip():
        raise InvalidSetting("input is empty")
    output = FORMATS.get(asked.response_format or "mp3")
    if output is None:
        raise InvalidSetting(f"response_format is one of: {', '.join(FORMATS)}")
    speed = 1.0 if asked.speed is None else asked.speed
    voice = asked.voice.id if isinstance(asked.voice, VoiceId) else asked.voice or ""
    language = LETTERS.get(asked.lang_code or "", asked.lang_code or "")
    opened = events.OpenContext(
        CONTEXT,
        voice,
        language,
        speed,
        output=output,
        text_format=asked.text_format or "plain",
        max_lead=0,
        hush=HUSH,
    )
    return Asked(opened, asked.input, SpeechEvents() if asked.stream_format == "sse" else RawAudio())


def _read(request: Request, body: str) -> Body:
    if not body.lstrip().startswith("{"):
        kind = request.headers.get("content-type", "nothing that says what it is")
        raise InvalidMessage(f"the body is a JSON object (content-type: application/json); this one is {kind[:80]}")
    return decode_json(BODY, body)


SPEECH = OneShot(
    "openai",
    parse,
    Shape(
        "Speak a text",
        Body,
        replies={200: AUDIO_OR_EVENTS},
        example={"model": "tts-1", "input": "Hello there.", "voice": "alloy", "response_format": "mp3"},
    ),
)
