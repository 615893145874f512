"""An error as OpenAI tells it, with the status that its SDKs make the right exception of.

The SDKs try again after 408, 409, 429 and every 5xx, twice, unless a header says otherwise: what will fail again must
say so, or it costs three syntheses.
"""

import re
from typing import Any

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import Code, InvalidText, MessageTooLarge, SpeechError, TextTooLong, UnknownVoice, UnsupportedFormat

BAD_REQUEST = 400
TYPES = {
    Code.INVALID_ARGUMENT: "invalid_request_error",
    Code.NOT_FOUND: "invalid_request_error",
    Code.UNAUTHENTICATED: "invalid_request_error",
    Code.RESOURCE_EXHAUSTED: "requests",
    Code.UNAVAILABLE: "server_error",
    Code.ABORTED: "server_error",
    Code.INTERNAL: "server_error",
}
# The vendor's codes for the reasons that it has, too; the others keep ours.
CODES = {
    "unauthenticated": "invalid_api_key",
    "unknown_model": "model_not_found",
    "invalid_setting": "invalid_value",
    "text_too_long": "string_above_max_length",
    "too_many_contexts": "rate_limit_exceeded",
    "too_many_connections": "rate_limit_exceeded",
    "too_many_attempts": "rate_limit_exceeded",
    "overloaded": "rate_limit_exceeded",
}
PARAMS: dict[type[SpeechError], str] = {
    UnknownVoice: "voice",
    UnsupportedFormat: "response_format",
    InvalidText: "input",
    TextTooLong: "input",
    MessageTooLarge: "input",
}
PLACES = (re.compile(r"at `\$\.(\w+)"), re.compile(r"missing required field `(\w+)`"), re.compile(r"^(\w+) is "))


def refuse(error: SpeechError) -> Refusal:
    headers = {"x-should-retry": "true" if error.retryable else "false"}
    if error.retryable:
        headers["retry-after-ms"] = f"{1000 * error.retry_in:.0f}"
    return Refusal(_status(error), {"error": describe(error)}, headers)


def describe(error: SpeechError) -> dict[str, Any]:
    return {
        "message": error.message,
        "type": "invalid_request_error" if isinstance(error, TextTooLong) else TYPES[error.code],
        "param": PARAMS.get(type(error)) or _place(error.message),
        "code": CODES.get(error.reason, error.reason),
    }


def _status(error: SpeechError) -> int:
    """404 is for what is not there to be asked: to a client it means a wrong base URL."""
    return BAD_REQUEST if isinstance(error, UnknownVoice | TextTooLong) else http_status(error)


def _place(message: str) -> str | None:
    """The field of a request that it is about, where it says so: "speed is from ..."."""
    found = next(filter(None, (place.search(message) for place in PLACES)), None)
    return found[1] if found else None
