"""An error as ElevenLabs tells it."""

from typing import Any

import msgspec

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import (
    Code,
    InvalidMessage,
    MessageTooLarge,
    Overloaded,
    SpeechError,
    TextTooLong,
    TooManyConnections,
    TooManyContexts,
    Unauthenticated,
    UnknownVoice,
    UnsupportedFormat,
    close_code,
)

CLOSE_POLICY = 1008
UNPROCESSABLE = 422
# The vendor's names; ours where it has none.
STATUS: dict[type[SpeechError], str] = {
    Unauthenticated: "invalid_api_key",
    UnknownVoice: "voice_not_found",
    UnsupportedFormat: "invalid_output_format",
    TooManyContexts: "max_active_conversations",
    TooManyConnections: "too_many_concurrent_requests",
    Overloaded: "system_busy",
    MessageTooLarge: "max_character_limit_exceeded",
    TextTooLong: "max_character_limit_exceeded",
}


class Detail(msgspec.Struct, frozen=True):
    status: str
    message: str


class Wrong(msgspec.Struct, frozen=True):
    """Something about the body, as FastAPI tells it, which the vendor uses."""

    loc: tuple[str, ...]
    msg: str
    type: str = "value_error"


class ErrorReply(msgspec.Struct, frozen=True):
    detail: Detail | tuple[Wrong, ...]


def status_of(error: SpeechError) -> str:
    return STATUS.get(type(error), error.reason)


def refuse(error: SpeechError) -> Refusal:
    if isinstance(error, InvalidMessage):
        return Refusal(UNPROCESSABLE, ErrorReply((Wrong(("body",), error.message),)))
    return Refusal(http_status(error), ErrorReply(Detail(status_of(error), error.message)))


def code_of(error: SpeechError) -> int:
    """How a socket is closed that this ends: the vendor closes with 1008 for all that its client did wrong."""
    return CLOSE_POLICY if error.code is Code.INVALID_ARGUMENT else close_code(error)


def describe(error: SpeechError) -> dict[str, Any]:
    return {"message": error.message, "error": status_of(error), "code": code_of(error)}
