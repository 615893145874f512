"""An error as OpenAI tells it, with the status that its SDKs make the right exception of.

The SDKs try again after 408, 409, 429 and every 5xx, twice, unless a header says otherwise: what will fail again must
say so, or it costs three syntheses.
"""

import re

import msgspec

from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import (
    Code,
    InvalidText,
    MessageTooLarge,
    QuotaExceeded,
    SpeechError,
    TextTooLong,
    UnknownVoice,
    UnsupportedFormat,
)

BAD_REQUEST = 400
INVALID = "invalid_request_error"
TYPES = {
    Code.RESOURCE_EXHAUSTED: "requests",
    Code.UNAVAILABLE: "server_error",
    Code.ABORTED: "server_error",
    Code.INTERNAL: "server_error",
    Code.UNIMPLEMENTED: "server_error",
}
# The vendor's codes for the reasons that it has, too; the others keep ours.
CODES = {
    "unauthenticated": "invalid_api_key",
    "unknown_model": "model_not_found",
    "invalid_setting": "invalid_value",
    "text_too_long": "string_above_max_length",
    "quota_exceeded": "insufficient_quota",
}
PARAMS: dict[type[SpeechError], str] = {
    UnknownVoice: "voice",
    UnsupportedFormat: "response_format",
    InvalidText: "input",
    TextTooLong: "input",
    MessageTooLarge: "input",
}
PLACES = (re.compile(r"at `\$\.(\w+)"), re.compile(r"missing required field `(\w+)`"), re.compile(r"^(\w+) is "))


class Error(msgspec.Struct, frozen=True):
    """param: the field of the request that it is about."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorReply(msgspec.Struct, frozen=True):
    error: Error


def refuse(error: SpeechError) -> Refusal:
    headers = {"x-should-retry": "true" if error.retryable else "false"}
    if error.retryable:
        headers["retry-after-ms"] = f"{1000 * error.retry_in:.0f}"
    return Refusal(_status(error), ErrorReply(describe(error)), headers)


def describe(error: SpeechError) -> Error:
    return Error(error.message, _type(error), PARAMS.get(type(error)) or _place(error.message), _code(error))


def _type(error: SpeechError) -> str:
    if isinstance(error, QuotaExceeded):
        return "insufficient_quota"
    return INVALID if isinstance(error, TextTooLong) else TYPES.get(error.code, INVALID)


def _code(error: SpeechError) -> str:
    if error.code is Code.RESOURCE_EXHAUSTED and error.retryable:
        return "rate_limit_exceeded"
    return CODES.get(error.reason, error.reason)


def _status(error: SpeechError) -> int:
    """404 is for what is not there to be asked: to a client it means a wrong base URL."""
    return BAD_REQUEST if isinstance(error, UnknownVoice | TextTooLong) else http_status(error)


def _place(message: str) -> str | None:
    """The field of a request that it is about, where it says so: "speed is from ..."."""
    found = next(filter(None, (place.search(message) for place in PLACES)), None)
    return found[1] if found else None
