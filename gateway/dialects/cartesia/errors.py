"""How Cartesia tells an error: before a stream as the reply, in a stream as a message."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import Code, SpeechError

TITLES: Mapping[Code, str] = MappingProxyType(
    {
        Code.INVALID_ARGUMENT: "Invalid request",
        Code.NOT_FOUND: "Not found",
        Code.FAILED_PRECONDITION: "Conflict",
        Code.PERMISSION_DENIED: "Forbidden",
        Code.RESOURCE_EXHAUSTED: "Too many requests",
        Code.UNAUTHENTICATED: "Unauthorized",
        Code.UNAVAILABLE: "Service unavailable",
        Code.ABORTED: "Generation aborted",
        Code.UNIMPLEMENTED: "Not implemented",
        Code.INTERNAL: "Internal error",
    }
)
VENDORS_CODES: Mapping[str, str] = MappingProxyType(
    {
        "unknown_voice": "voice_not_found",
        "too_many_contexts": "concurrency_limited",
        "too_many_connections": "concurrency_limited",
        "overloaded": "concurrency_limited",
    }
)


def fields_of(error: SpeechError) -> dict[str, Any]:
    """`error` is what clients of older versions of the API read, the others are the present version's."""
    title = TITLES[error.code]
    return {
        "status_code": http_status(error),
        "error_code": VENDORS_CODES.get(error.reason, error.reason),
        "title": title,
        "message": error.message,
        "error": f"{title}: {error.message}",
    }


class ErrorReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """`error` is what clients of older versions of the API read, the others are the present version's."""

    status_code: int
    error_code: str
    title: str
    message: str
    error: str
    request_id: str = ""


def refuse(error: SpeechError) -> Refusal:
    return Refusal(http_status(error), ErrorReply(**fields_of(error)), id_field="request_id")
