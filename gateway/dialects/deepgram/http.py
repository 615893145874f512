"""Deepgram's one-shot requests: POST /v1/speak, and /v2/speak with the other models' names."""

import msgspec

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.dialects import decode_json
from gateway.dialects.deepgram.errors import in_header
from gateway.dialects.deepgram.formats import file_of, speed_of
from gateway.dialects.deepgram.models import model_of
from gateway.dialects.one_shot import CONTEXT
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, OneShot, Request
from gateway.errors import InvalidSetting


class Body(msgspec.Struct, frozen=True):
    text: str


class Wishes(msgspec.Struct, frozen=True):
    """model: a voice. encoding: linear16, mulaw, alaw, mp3, opus, flac, aac. 0: the encoding's default."""

    model: str = ""
    encoding: str = ""
    container: str = ""
    sample_rate: int = 0
    bit_rate: int = 0
    speed: float = 1.0


BODY = msgspec.json.Decoder(Body)


def _one_shot(default_model: str) -> OneShot:
    def parse(request: Request, body: str) -> Asked:
        if request.query.get("callback"):
            raise InvalidSetting("callback: speech is in the reply here, it is not sent elsewhere")
        model = model_of(request, default_model)
        text = decode_json(BODY, body).text
        output, speed = file_of(request.query), speed_of(request.query)
        opened = events.OpenContext(CONTEXT, model.voice.name, speed=speed, output=output, max_lead=0, hush=HUSH)
        headers = {
            "dg-request-id": request.id,
            "dg-model-name": in_header(model.voice.name),
            "dg-model-uuid": model.uuid,
            "dg-char-count": str(len(text)),
        }
        return Asked(opened, text, headers=headers)

    return OneShot("deepgram_http", parse, Shape("Speak a text", Body, Wishes, {200: AUDIO}, {"text": "Hello there."}))


AURA = _one_shot("aura-asteria-en")
FLUX = _one_shot("flux-alexis-en")
