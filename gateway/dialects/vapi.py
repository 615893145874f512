"""Vapi's custom voice: a POST for each text, answered with raw PCM as it is made.

Facts: Vapi's guide to custom TTS. The request names no voice: the URL does, by ?voice= and ?language=.
"""

from typing import Literal

import msgspec

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.core.hush import HUSH
from gateway.dialects import decode_json
from gateway.dialects.one_shot import CONTEXT, ErrorReply, refuse
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, OneShot, Request, Surface


class VoiceRequest(msgspec.Struct, frozen=True):
    text: str
    sampleRate: int = 24_000  # noqa: N815 - as the wire has it
    type: Literal["voice-request"] = "voice-request"


class Body(msgspec.Struct, frozen=True):
    message: VoiceRequest


class Named(msgspec.Struct, frozen=True):
    voice: str = ""
    language: str = ""


BODY = msgspec.json.Decoder(Body)


def _parse(request: Request, body: str) -> Asked:
    asked = decode_json(BODY, body).message
    output = AudioFormat("pcm_s16le", asked.sampleRate)
    voice, language = request.query.get("voice", ""), request.query.get("language", "")
    return Asked(events.OpenContext(CONTEXT, voice, language, output=output, max_lead=0, hush=HUSH), asked.text)


HELLO = {"message": {"type": "voice-request", "text": "Hello there.", "sampleRate": 24000}}
SHAPE = Shape("Speak a text", Body, Named, {200: AUDIO}, HELLO)
VAPI = Surface(refuse, posts={"/v1/vapi/tts": OneShot("vapi", _parse, SHAPE)}, name="Vapi", error=ErrorReply)
