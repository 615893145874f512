"""Where our own protocol is found."""

from dataclasses import asdict

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.native.errors import ErrorReply, refuse
from gateway.dialects.native.http import SPEECH
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Grant, Listing, Request, Socket, Surface, TokenDesk
from gateway.errors import InvalidSetting

TOKEN_LIFETIME = 60.0  # seconds; time enough to open a socket


class TokenBody(msgspec.Struct, frozen=True):
    lifetime: float = TOKEN_LIFETIME


class Token(msgspec.Struct, frozen=True):
    """expires_in: seconds."""

    token: str
    expires_in: float


class Opening(msgspec.Struct, frozen=True):
    """audio: how it comes, base64 in JSON or in binary frames."""

    audio: AudioMode = AudioMode.BASE64


class VoiceFilter(msgspec.Struct, frozen=True):
    language: str = ""
    gender: str = ""
    engine: str = ""


class ShownVoice(msgspec.Struct, frozen=True, kw_only=True):
    """`voice_id` and `category` are what ElevenLabs' clients read at this path."""

    voice_id: str
    category: str = "premade"
    name: str
    engine: str
    language: str
    gender: str
    display_name: str
    sample_rate: int
    deterministic: bool


class Voices(msgspec.Struct, frozen=True):
    voices: tuple[ShownVoice, ...]


TOKEN_BODY = msgspec.json.Decoder(TokenBody)


def _open(request: Request) -> NativeDialect:
    audio = request.query.get("audio", AudioMode.BASE64)
    if audio not in list(AudioMode):
        raise InvalidSetting(f"audio is one of: {', '.join(AudioMode)}")
    return NativeDialect(AudioMode(audio))


def _voices(request: Request) -> Voices:
    wanted = {name: request.query.get(name, "") for name in VoiceFilter.__struct_fields__}
    found = request.catalog.select(**wanted)
    return Voices(tuple(ShownVoice(voice_id=voice.name, **asdict(voice)) for voice in found))


def _grant(_request: Request, body: str) -> Grant:
    return Grant(decode_json(TOKEN_BODY, body or "{}").lifetime)


def _granted(grant: Grant, token: str) -> Token:
    return Token(token, grant.lifetime)


TOKEN = Shape("A token for a browser", TokenBody, replies={200: Token}, optional=True)
NATIVE = Surface(
    refuse,
    sockets={"/v1/stream": Socket(_open, shape=Shape("Our own protocol: docs/protocol.md", query=Opening))},
    posts={"/v1/speech": SPEECH},
    gets={"/v1/voices": Listing(_voices, shape=Shape("Voices", query=VoiceFilter, replies={200: Voices}))},
    tokens={"/v1/tokens": TokenDesk(_grant, _granted, TOKEN)},
    name="Voxgate",
    error=ErrorReply,
)
