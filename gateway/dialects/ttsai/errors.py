"""What the vendor calls each error."""

from gateway.dialects.surface import Refusal
from gateway.dialects.ttsai.replies import Error, ErrorReply
from gateway.errors import (
    Code,
    Forbidden,
    MessageTooLarge,
    QuotaExceeded,
    SpeechError,
    TextTooLong,
    Unauthenticated,
    UnknownVoice,
    WorkerUnavailable,
)

CODES: tuple[tuple[type[SpeechError], str, int], ...] = (
    (Unauthenticated, "unauthorized", 401),
    (Forbidden, "forbidden", 403),
    (QuotaExceeded, "insufficient_credits", 402),
    (UnknownVoice, "not_found", 404),
    (TextTooLong, "bad_request", 400),
    (MessageTooLarge, "file_too_large", 413),
    (WorkerUnavailable, "model_loading", 503),
)
BY_CODE = {
    Code.INVALID_ARGUMENT: ("bad_request", 400),
    Code.NOT_FOUND: ("not_found", 404),
    Code.FAILED_PRECONDITION: ("bad_request", 409),
    Code.RESOURCE_EXHAUSTED: ("rate_limited", 429),
    Code.UNAVAILABLE: ("model_loading", 503),
    Code.UNIMPLEMENTED: ("not_implemented", 501),
}


def refuse(error: SpeechError, _request_id: str) -> Refusal:
    return Refusal(_code_of(error)[1], ErrorReply(describe(error)))


def refuse_unnamed(error: SpeechError) -> Refusal:
    return refuse(error, "")


def describe(error: SpeechError) -> Error:
    code = _code_of(error)[0]
    quota = error.quota if isinstance(error, QuotaExceeded) else None
    if quota is None or quota.unit != "characters":
        return Error(code, error.message)
    return Error(code, error.message, quota.needed or None, quota.left)


def _code_of(error: SpeechError) -> tuple[str, int]:
    for kind, code, status in CODES:
        if isinstance(error, kind):
            return code, status
    return BY_CODE.get(error.code, ("internal_error", 500))
