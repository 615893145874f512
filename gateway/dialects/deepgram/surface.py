"""Where Deepgram's clients ask."""

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.deepgram.aura import AuraDialect
from gateway.dialects.deepgram.errors import ErrorReply, refuse
from gateway.dialects.deepgram.flux import FluxDialect
from gateway.dialects.deepgram.http import AURA, FLUX, Wishes
from gateway.dialects.deepgram.models import MODEL, MODELS
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Grant, Request, Socket, Surface, TokenDesk

TOKEN_LIFETIME = 30.0  # seconds, where the client names none


class GrantBody(msgspec.Struct, frozen=True):
    ttl_seconds: float | None = None


class Token(msgspec.Struct, frozen=True):
    """expires_in: seconds."""

    access_token: str
    expires_in: float


GRANT_BODY = msgspec.json.Decoder(GrantBody)


def _grant(_request: Request, body: str) -> Grant:
    lifetime = decode_json(GRANT_BODY, body or "{}").ttl_seconds
    return Grant(TOKEN_LIFETIME if lifetime is None else lifetime, reusable=True)


def _granted(grant: Grant, token: str) -> Token:
    return Token(token, grant.lifetime)


DEEPGRAM = Surface(
    refuse,
    sockets={
        "/v1/speak": Socket(AuraDialect, shape=Shape("Aura", query=Wishes)),
        "/v2/speak": Socket(FluxDialect, shape=Shape("Flux", query=Wishes)),
    },
    posts={"/v1/speak": AURA, "/v2/speak": FLUX},
    gets={"/v1/models": MODELS, "/v1/models/{id}": MODEL},
    tokens={
        "/v1/auth/grant": TokenDesk(
            _grant, _granted, Shape("A token for a browser", GrantBody, replies={200: Token}, optional=True)
        )
    },
    name="Deepgram",
    error=ErrorReply,
    absent=(Absent("POST", "/v1/listen", "speech recognition"), Absent("POST", "/v1/read", "text intelligence")),
)
