"""Where Cartesia's clients ask. Whichever version of the API they name, they get the same, and every field of each."""

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.cartesia.errors import ErrorReply, refuse
from gateway.dialects.cartesia.http import BYTES, EVENTS
from gateway.dialects.cartesia.voices import VOICE, VOICES
from gateway.dialects.cartesia.websocket import CartesiaDialect
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Grant, Request, Socket, Surface, TokenDesk

TOKEN_LIFETIME = 60.0  # seconds, where the client names none


class TokenBody(msgspec.Struct, frozen=True):
    """grants: what it is good for; here, for speech."""

    expires_in: float | None = None


class Token(msgspec.Struct, frozen=True):
    token: str


TOKEN_BODY = msgspec.json.Decoder(TokenBody)


def _grant(_request: Request, body: str) -> Grant:
    lifetime = decode_json(TOKEN_BODY, body or "{}").expires_in
    return Grant(TOKEN_LIFETIME if lifetime is None else lifetime, reusable=True)


def _granted(_grant: Grant, token: str) -> Token:
    return Token(token)


CARTESIA = Surface(
    refuse,
    sockets={"/tts/websocket": Socket(CartesiaDialect, shape=Shape("Contexts on a socket"))},
    posts={"/tts/bytes": BYTES, "/tts/sse": EVENTS},
    gets={"/voices": VOICES, "/voices/{id}": VOICE},
    tokens={
        "/access-token": TokenDesk(
            _grant, _granted, Shape("A token for a browser", TokenBody, replies={200: Token}, optional=True)
        )
    },
    name="Cartesia",
    error=ErrorReply,
    absent=(
        Absent("POST", "/stt", "speech recognition"),
        Absent("POST", "/voices/clone", "voice cloning"),
        Absent("POST", "/voice-changer/bytes", "voice conversion"),
        Absent("POST", "/voice-changer/sse", "voice conversion"),
    ),
)
