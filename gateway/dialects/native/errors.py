"""An error as our own protocols tell it."""

import msgspec

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import SpeechError


class Error(msgspec.Struct, frozen=True):
    """code: canonical; reason: stable; retryable: whether the same request may succeed later."""

    code: str
    reason: str
    message: str
    retryable: bool
    audio_sent_ms: float


class ErrorReply(msgspec.Struct, frozen=True):
    error: Error


def describe(error: SpeechError) -> Error:
    return Error(error.code.value, error.reason, error.message, error.retryable, error.audio_sent_ms)


def refuse(error: SpeechError) -> Refusal:
    return Refusal(http_status(error), ErrorReply(describe(error)))
