"""Every error that a client can see.

    SpeechError
        InvalidMessage          INVALID_ARGUMENT     a message that cannot be read, or not in this place
        MessageTooLarge         INVALID_ARGUMENT
        BinaryNotAccepted       INVALID_ARGUMENT     a binary frame where the protocol has text
        InvalidSetting          INVALID_ARGUMENT     speed, pitch, text format, ... out of range
        InvalidText             INVALID_ARGUMENT     markup that cannot be read, with its position
        UnsupportedFormat       INVALID_ARGUMENT     an encoding, sample rate or bit rate that we do not have
        UnknownVoice            NOT_FOUND
        UnknownModel            NOT_FOUND            asked for by name in a list of models; speech takes any
        TextTooLong             RESOURCE_EXHAUSTED   more unspoken text than the limit
        TooManyFlushes          RESOURCE_EXHAUSTED   more flushes that wait for their audio than the limit
        TooManyContexts         RESOURCE_EXHAUSTED
        TooManyConnections      RESOURCE_EXHAUSTED
        TooManyAttempts         RESOURCE_EXHAUSTED   too many wrong keys from one address
        Overloaded              RESOURCE_EXHAUSTED   the workers refuse; retry later
        RateLimited             RESOURCE_EXHAUSTED   more requests than the key's plan allows; retry later
        TooManyAtOnce           RESOURCE_EXHAUSTED   more requests at once than the key's plan allows
        QuotaExceeded           RESOURCE_EXHAUSTED   the month's characters or minutes are used
        Unauthenticated         UNAUTHENTICATED
        Draining                UNAVAILABLE          this server is going away; connect again
        WorkerUnavailable       UNAVAILABLE          no worker could speak the segment
        KeysUnavailable         UNAVAILABLE          the database of the keys does not answer
        JobsUnavailable         UNAVAILABLE          the database or the store of the jobs does not answer
        UnknownJob              NOT_FOUND            no such job of this owner
        UnknownWebhook          NOT_FOUND            this owner has none
        UnknownCollection       NOT_FOUND            no such collection of this owner
        UnknownShare            NOT_FOUND            no such link, or it does not lead anywhere any more
        UnknownAccessCode       NOT_FOUND            no such code of this share
        UnknownBookmark         NOT_FOUND            this owner has none there
        NameTaken               FAILED_PRECONDITION  another collection has the name
        TooManyKept             FAILED_PRECONDITION  more collections, access codes, ... than an owner may have
        NotReady                FAILED_PRECONDITION  the job has no audio yet
        JobFailed               FAILED_PRECONDITION  the job failed or was cancelled, and will have no audio
        RequestInProgress       FAILED_PRECONDITION  the same idempotency key is being handled
        IdempotencyKeyReuse     FAILED_PRECONDITION  it came with another request before
        LimitsUnavailable       UNAVAILABLE          the store of the rate limits does not answer
        Forbidden               PERMISSION_DENIED    the key is not for this
        InvalidLink             PERMISSION_DENIED    a signed URL that is wrong or too old
        WrongAccessCode         PERMISSION_DENIED    a share asks for one, and this is none that it has
        SpeechInterrupted       ABORTED              a worker broke after audio of the segment had left
        TooSlow                 ABORTED              the client did not read
        UnknownPath             NOT_FOUND            nothing is served there
        WrongMethod             INVALID_ARGUMENT     not by this method
        UpgradeNeeded           INVALID_ARGUMENT     a WebSocket's path was asked for without one
        NotImplementedHere      UNIMPLEMENTED        what the vendor has and this server has not
        InternalError           INTERNAL             ours; nothing about it is told to the client

Theirs is answered; anything that is not a SpeechError is a bug and ends the task group. One table below turns
canonical codes (google/rpc/code.proto) into HTTP statuses and WebSocket close codes.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal


class Code(StrEnum):
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    UNAVAILABLE = "UNAVAILABLE"
    ABORTED = "ABORTED"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    INTERNAL = "INTERNAL"


HTTP_STATUS: dict[Code, int] = {
    Code.INVALID_ARGUMENT: 400,
    Code.NOT_FOUND: 404,
    Code.FAILED_PRECONDITION: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.UNAUTHENTICATED: 401,
    Code.UNAVAILABLE: 503,
    Code.ABORTED: 502,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
}

# RFC 6455 section 7.4.1, and the registry for 1012 to 1014. Codes that say whose fault it was and whether
# connecting again helps: 1007 data, 1008 policy, 1011 ours, 1013 try again later.
CLOSE_CODE: dict[Code, int] = {
    Code.INVALID_ARGUMENT: 1007,
    Code.NOT_FOUND: 1008,
    Code.FAILED_PRECONDITION: 1008,
    Code.PERMISSION_DENIED: 1008,
    Code.RESOURCE_EXHAUSTED: 1013,
    Code.UNAUTHENTICATED: 1008,
    Code.UNAVAILABLE: 1013,
    Code.ABORTED: 1008,
    Code.UNIMPLEMENTED: 1008,
    Code.INTERNAL: 1011,
}

RETRY_AFTER = 1.0  # seconds, where nobody knows better; queues are bounded by seconds of audio, so room comes soon

CLOSE_NORMAL = 1000
CLOSE_GOING_AWAY = 1001
CLOSE_UNSUPPORTED_DATA = 1003
CLOSE_TOO_LARGE = 1009


class SpeechError(Exception):
    """An error that is told to the client.

    code: canonical; reason: stable and ours; retryable: whether the same request may succeed later;
    audio_sent_ms: how much of the context's audio had left when it failed; retry_in: seconds, if it is retryable.
    """

    code: ClassVar[Code]
    reason: ClassVar[str]
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, audio_sent_ms: float = 0.0, retry_in: float = RETRY_AFTER) -> None:
        super().__init__(message)
        self.message = message
        self.audio_sent_ms = audio_sent_ms
        self.retry_in = retry_in

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SpeechError)
            and type(other) is type(self)
            and (other.message, other.audio_sent_ms) == (self.message, self.audio_sent_ms)
        )

    def __hash__(self) -> int:
        return hash((type(self), self.message, self.audio_sent_ms))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, audio_sent_ms={self.audio_sent_ms})"


class InvalidMessage(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "invalid_message"


class MessageTooLarge(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "message_too_large"


class BinaryNotAccepted(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "binary_not_accepted"


class InvalidSetting(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "invalid_setting"


class InvalidText(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "invalid_text"


class UnsupportedFormat(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "unsupported_format"


class UnknownVoice(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_voice"


class UnknownModel(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_model"


class TextTooLong(SpeechError):
    code, reason = Code.RESOURCE_EXHAUSTED, "text_too_long"


class TooManyFlushes(SpeechError):
    code, reason = Code.RESOURCE_EXHAUSTED, "too_many_flushes"


class TooManyContexts(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "too_many_contexts", True


class TooManyConnections(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "too_many_connections", True


class TooManyAttempts(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "too_many_attempts", True


class Overloaded(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "overloaded", True


class RateLimited(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "rate_limited", True


class TooManyAtOnce(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "too_many_at_once", True


@dataclass(frozen=True, slots=True)
class Quota:
    """limit, used: of the unit, in the month or the day. needed: by the request; 0: it asked for nothing yet."""

    unit: Literal["characters", "minutes"]
    limit: int
    used: float
    needed: int = 0

    @property
    def left(self) -> int:
        """Whole ones."""
        return max(0, self.limit - math.ceil(self.used))


class QuotaExceeded(SpeechError):
    """quota: for those who tell of it; None: nobody has counted."""

    code, reason = Code.RESOURCE_EXHAUSTED, "quota_exceeded"

    def __init__(self, message: str, quota: Quota | None = None) -> None:
        super().__init__(message)
        self.quota = quota


class LimitsUnavailable(SpeechError):
    code, reason, retryable = Code.UNAVAILABLE, "limits_unavailable", True


class Forbidden(SpeechError):
    code, reason = Code.PERMISSION_DENIED, "forbidden"


class Unauthenticated(SpeechError):
    code, reason = Code.UNAUTHENTICATED, "unauthenticated"


class Draining(SpeechError):
    code, reason, retryable = Code.UNAVAILABLE, "draining", True


class WorkerUnavailable(SpeechError):
    code, reason, retryable = Code.UNAVAILABLE, "worker_unavailable", True


class KeysUnavailable(SpeechError):
    code, reason, retryable = Code.UNAVAILABLE, "keys_unavailable", True


class JobsUnavailable(SpeechError):
    code, reason, retryable = Code.UNAVAILABLE, "jobs_unavailable", True


class UnknownJob(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_job"


class UnknownWebhook(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_webhook"


class UnknownCollection(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_collection"


class UnknownShare(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_share"


class UnknownAccessCode(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_access_code"


class UnknownBookmark(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_bookmark"


class NameTaken(SpeechError):
    code, reason = Code.FAILED_PRECONDITION, "name_taken"


class TooManyKept(SpeechError):
    code, reason = Code.FAILED_PRECONDITION, "too_many_kept"


class NotReady(SpeechError):
    code, reason, retryable = Code.FAILED_PRECONDITION, "not_ready", True


class RequestInProgress(SpeechError):
    code, reason, retryable = Code.FAILED_PRECONDITION, "request_in_progress", True


class IdempotencyKeyReuse(SpeechError):
    code, reason = Code.FAILED_PRECONDITION, "idempotency_key_reuse"


class JobFailed(SpeechError):
    code, reason = Code.FAILED_PRECONDITION, "job_failed"


class InvalidLink(SpeechError):
    code, reason = Code.PERMISSION_DENIED, "invalid_link"


class WrongAccessCode(SpeechError):
    code, reason = Code.PERMISSION_DENIED, "wrong_access_code"


class SpeechInterrupted(SpeechError):
    code, reason, retryable = Code.ABORTED, "speech_interrupted", True


class TooSlow(SpeechError):
    code, reason, retryable = Code.ABORTED, "client_too_slow", True


class UnknownPath(SpeechError):
    code, reason = Code.NOT_FOUND, "unknown_path"


class WrongMethod(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "wrong_method"


class UpgradeNeeded(SpeechError):
    code, reason = Code.INVALID_ARGUMENT, "upgrade_needed"


class NotImplementedHere(SpeechError):
    code, reason = Code.UNIMPLEMENTED, "not_implemented"


class InternalError(SpeechError):
    code, reason = Code.INTERNAL, "internal_error"


# What HTTP has a status of its own for, whatever the vendor.
EXACT_STATUS: dict[type[SpeechError], int] = {WrongMethod: 405, UpgradeNeeded: 426}


def close_code(error: SpeechError) -> int:
    """The WebSocket close code that says this."""
    if isinstance(error, MessageTooLarge):
        return CLOSE_TOO_LARGE
    if isinstance(error, BinaryNotAccepted):
        return CLOSE_UNSUPPORTED_DATA
    if isinstance(error, Draining):
        return CLOSE_GOING_AWAY
    return CLOSE_CODE[error.code]
