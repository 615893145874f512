"""An error as our own protocols tell it."""

from typing import Any

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import SpeechError


def describe(error: SpeechError) -> dict[str, Any]:
    return {
        "code": error.code,
        "reason": error.reason,
        "message": error.message,
        "retryable": error.retryable,
        "audio_sent_ms": error.audio_sent_ms,
    }


def refuse(error: SpeechError) -> Refusal:
    return Refusal(http_status(error), {"error": describe(error)})
