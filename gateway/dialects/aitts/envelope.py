"""How every reply of the vendor's is wrapped, and how errors are called."""

from datetime import UTC, datetime

from gateway.dialects.aitts.replies import Error, ErrorReply
from gateway.dialects.surface import Refusal
from gateway.errors import (
    Code,
    Draining,
    Forbidden,
    IdempotencyKeyReuse,
    JobFailed,
    QuotaExceeded,
    RequestInProgress,
    SpeechError,
    TextTooLong,
    Unauthenticated,
    UnknownVoice,
)

CODES: tuple[tuple[type[SpeechError], str, int], ...] = (
    (Unauthenticated, "UNAUTHORIZED", 401),
    (Forbidden, "FORBIDDEN", 403),
    (QuotaExceeded, "INSUFFICIENT_CREDITS", 402),
    (UnknownVoice, "INVALID_VOICE", 400),
    (TextTooLong, "VALIDATION_ERROR", 400),
    (RequestInProgress, "REQUEST_IN_PROGRESS", 409),
    (IdempotencyKeyReuse, "IDEMPOTENCY_KEY_REUSE", 409),
    (JobFailed, "GENERATION_FAILED", 409),
    (Draining, "MAINTENANCE", 503),
)
BY_CODE = {
    Code.INVALID_ARGUMENT: ("VALIDATION_ERROR", 400),
    Code.NOT_FOUND: ("NOT_FOUND", 404),
    Code.FAILED_PRECONDITION: ("NOT_READY", 409),
    Code.RESOURCE_EXHAUSTED: ("RATE_LIMIT_EXCEEDED", 429),
    Code.UNAVAILABLE: ("MAINTENANCE", 503),
    Code.UNIMPLEMENTED: ("NOT_IMPLEMENTED", 501),
}


BASE = "/api/v1"


def moment(seconds: float) -> str:
    """`2026-01-08T10:00:00.000Z`, of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def refuse_unnamed(error: SpeechError) -> Refusal:
    return refuse(error, "")


def refuse(error: SpeechError, _request_id: str) -> Refusal:
    code, status = _code_of(error)
    return Refusal(status, ErrorReply(success=False, error=Error(code, error.message)))


def _code_of(error: SpeechError) -> tuple[str, int]:
    for kind, code, status in CODES:
        if isinstance(error, kind):
            return code, status
    return BY_CODE.get(error.code, ("GENERATION_FAILED", 500))
