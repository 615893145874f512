"""Where our own protocol is found."""

from dataclasses import asdict
from typing import Any

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.native.errors import refuse
from gateway.dialects.native.http import SPEECH
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.dialects.surface import Grant, Listing, Request, Socket, Surface, TokenDesk
from gateway.errors import InvalidSetting

TOKEN_LIFETIME = 60.0  # seconds; time enough to open a socket


class TokenBody(msgspec.Struct, frozen=True):
    lifetime: float = TOKEN_LIFETIME


TOKEN_BODY = msgspec.json.Decoder(TokenBody)


def _open(request: Request) -> NativeDialect:
    audio = request.query.get("audio", AudioMode.BASE64)
    if audio not in list(AudioMode):
        raise InvalidSetting(f"audio is one of: {', '.join(AudioMode)}")
    return NativeDialect(AudioMode(audio))


def _voices(request: Request) -> dict[str, Any]:
    """Filters: language, gender, engine. `voice_id` and `category` are what ElevenLabs' clients read at this path."""
    wanted = {name: request.query.get(name, "") for name in ("language", "gender", "engine")}
    found = request.catalog.select(**wanted)
    return {"voices": [{"voice_id": voice.name, "category": "premade", **asdict(voice)} for voice in found]}


def _grant(_request: Request, body: str) -> Grant:
    return Grant(decode_json(TOKEN_BODY, body or "{}").lifetime)


def _granted(grant: Grant, token: str) -> dict[str, Any]:
    return {"token": token, "expires_in": grant.lifetime}


NATIVE = Surface(
    refuse,
    sockets={"/v1/stream": Socket(_open)},
    posts={"/v1/speech": SPEECH},
    gets={"/v1/voices": Listing(_voices)},
    tokens={"/v1/tokens": TokenDesk(_grant, _granted)},
)
