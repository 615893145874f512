"""Where Kyutai's clients ask: one path for text that streams and for a text that is there."""

import msgspec

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.dialects import decode_json
from gateway.dialects.kyutai.messages import RATE, as_ssml
from gateway.dialects.kyutai.socket import Format, KyutaiDialect
from gateway.dialects.one_shot import CONTEXT, ErrorReply, refuse
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.surface import Asked, Listing, OneShot, Request, Socket, Surface
from gateway.errors import InvalidSetting, TooManyAtOnce, TooManyConnections

PATH = "/api/tts_streaming"


class Body(msgspec.Struct, frozen=True):
    text: str
    voice: str = ""


class Opening(msgspec.Struct, frozen=True):
    voice: str = ""
    format: Format = Format.OGG_OPUS


class BuildInfo(msgspec.Struct, frozen=True):
    server: str = "voxgate"


HELLO = {"text": "Hello there."}
BODY = msgspec.json.Decoder(Body)


def _open(request: Request) -> KyutaiDialect:
    """Sampling (seed, temperature, top_k, cfg_alpha, max_seq_len) steers the vendor's model and nothing here."""
    wanted = request.query.get("format", Format.OGG_OPUS)
    if wanted not in list(Format):
        raise InvalidSetting(f"format is one of: {', '.join(Format)}")
    voice = request.query.get("voice", "")
    request.catalog.resolve(voice, "")
    return KyutaiDialect(voice, Format(wanted))


def _parse(_request: Request, body: str) -> Asked:
    asked = decode_json(BODY, body)
    output = AudioFormat("wav", RATE)
    text = as_ssml(asked.text)
    return Asked(events.OpenContext(CONTEXT, asked.voice, output=output, text_format="ssml", max_lead=0), text)


KYUTAI = Surface(
    refuse,
    sockets={
        PATH: Socket(_open, inside=(TooManyConnections, TooManyAtOnce), shape=Shape("Kyutai's protocol", query=Opening))
    },
    posts={PATH: OneShot("kyutai_http", _parse, Shape("Speak a text", Body, replies={200: AUDIO}, example=HELLO))},
    gets={
        "/api/build_info": Listing(
            lambda _request: BuildInfo(), shape=Shape("A sign of life, for unmute", replies={200: BuildInfo})
        )
    },
    name="Kyutai",
    error=ErrorReply,
)
