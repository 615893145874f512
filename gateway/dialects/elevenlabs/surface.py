"""Where ElevenLabs' clients ask."""

from gateway.dialects.elevenlabs.errors import refuse
from gateway.dialects.elevenlabs.messages import key_of
from gateway.dialects.elevenlabs.sockets import ElevenLabsDialect
from gateway.dialects.elevenlabs.wishes import wishes_of
from gateway.dialects.surface import Grant, Request, Socket, Surface, TokenDesk

TOKEN_LIFETIME = 900.0  # seconds; the vendor's


def _single(request: Request) -> ElevenLabsDialect:
    return ElevenLabsDialect(wishes_of(request), multi=False)


def _multi(request: Request) -> ElevenLabsDialect:
    return ElevenLabsDialect(wishes_of(request), multi=True)


def _grant(_request: Request, _body: str) -> Grant:
    return Grant(TOKEN_LIFETIME)


def _granted(_grant: Grant, token: str) -> dict[str, str]:
    return {"token": token}


ELEVENLABS = Surface(
    refuse,
    sockets={
        "/v1/text-to-speech/{voice}/stream-input": Socket(_single, key_of),
        "/v1/text-to-speech/{voice}/multi-stream-input": Socket(_multi, key_of),
    },
    tokens={"/v1/single-use-token/{type}": TokenDesk(_grant, _granted)},
)
