"""Whose list is meant by a path that several vendors have: their clients show their keys in different ways."""

from gateway.dialects.surface import Request


def by_xi_api_key(request: Request) -> bool:
    """ElevenLabs' clients."""
    return "xi-api-key" in request.headers


def by_token(request: Request) -> bool:
    """Deepgram's clients."""
    return request.headers.get("authorization", "").lower().startswith("token ")


def otherwise(request: Request) -> bool:
    return not by_xi_api_key(request) and not by_token(request)
