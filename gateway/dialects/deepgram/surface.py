"""Where Deepgram's clients ask."""

from typing import Any

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.deepgram.aura import AuraDialect
from gateway.dialects.deepgram.errors import refuse
from gateway.dialects.deepgram.flux import FluxDialect
from gateway.dialects.deepgram.http import AURA, FLUX
from gateway.dialects.deepgram.models import MODEL, MODELS
from gateway.dialects.surface import Grant, Request, Socket, Surface, TokenDesk

TOKEN_LIFETIME = 30.0  # seconds, where the client names none


class GrantBody(msgspec.Struct, frozen=True):
    ttl_seconds: float | None = None


GRANT_BODY = msgspec.json.Decoder(GrantBody)


def _grant(_request: Request, body: str) -> Grant:
    lifetime = decode_json(GRANT_BODY, body or "{}").ttl_seconds
    return Grant(TOKEN_LIFETIME if lifetime is None else lifetime, reusable=True)


def _granted(grant: Grant, token: str) -> dict[str, Any]:
    return {"access_token": token, "expires_in": grant.lifetime}


DEEPGRAM = Surface(
    refuse,
    sockets={"/v1/speak": Socket(AuraDialect), "/v2/speak": Socket(FluxDialect)},
    posts={"/v1/speak": AURA, "/v2/speak": FLUX},
    gets={"/v1/models": MODELS, "/v1/models/{id}": MODEL},
    tokens={"/v1/auth/grant": TokenDesk(_grant, _granted)},
)
