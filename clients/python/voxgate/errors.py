"""The one error of this library.

SpeechError
    code            canonical, as gRPC names them: INVALID_ARGUMENT, UNAVAILABLE, RESOURCE_EXHAUSTED, ...
    reason          stable and finer: the gateway's own (unknown_voice, overloaded, ...), or one of ours:
                      connect_failed    nobody answers at that address
                      connection_lost   the connection broke
                      session_closed    this side closed the session
                      unread_audio      the context's audio was not read, see `connect(max_unread=...)`
                      invalid_reply     the other side does not speak this protocol
    retryable       whether the same request may succeed later
    audio_sent_ms   how much of the context's audio had left, or had arrived here when the connection broke
"""

from voxgate.events import ErrorDetail


class SpeechError(Exception):
    """A context or a session failed. See the module's text for its fields."""

    def __init__(
        self, code: str, reason: str, message: str, *, retryable: bool = False, audio_sent_ms: float = 0.0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.retryable = retryable
        self.audio_sent_ms = audio_sent_ms

    @classmethod
    def of(cls, detail: ErrorDetail) -> "SpeechError":
        return cls(
            detail.code,
            detail.reason,
            detail.message,
            retryable=detail.retryable,
            audio_sent_ms=detail.audio_sent_ms,
        )

    def __repr__(self) -> str:
        return f"SpeechError({self.code}, {self.reason}, {self.message!r}, retryable={self.retryable})"

    def after(self, seconds: float) -> "SpeechError":
        """The same error for a context of which so much audio has arrived."""
        return SpeechError(
            self.code, self.reason, self.message, retryable=self.retryable, audio_sent_ms=round(seconds * 1000, 3)
        )


BROKEN = 1006  # nobody has closed it: RFC 6455 section 7.1.5

# What the gateway means when it closes a connection without a word: whose fault, and whether trying again helps.
_CLOSED: dict[int, tuple[str, str, bool]] = {
    1000: ("UNAVAILABLE", "connection_closed", True),
    1001: ("UNAVAILABLE", "draining", True),
    1003: ("INVALID_ARGUMENT", "invalid_message", False),
    1007: ("INVALID_ARGUMENT", "invalid_message", False),
    1008: ("ABORTED", "refused", False),
    1009: ("INVALID_ARGUMENT", "message_too_large", False),
    1011: ("INTERNAL", "internal_error", False),
    1013: ("RESOURCE_EXHAUSTED", "overloaded", True),
}

_REFUSED: dict[int, tuple[str, str, bool]] = {
    401: ("UNAUTHENTICATED", "unauthenticated", False),
    403: ("PERMISSION_DENIED", "permission_denied", False),
    429: ("RESOURCE_EXHAUSTED", "too_many_connections", True),
    503: ("UNAVAILABLE", "draining", True),
}


def connection_closed(close_code: int, text: str) -> SpeechError:
    """The error of a WebSocket that was closed with this code."""
    code, reason, retryable = _CLOSED.get(close_code, ("UNAVAILABLE", "connection_lost", True))
    how = "the connection broke" if close_code == BROKEN else f"the connection was closed ({close_code})"
    return SpeechError(code, reason, text or how, retryable=retryable)


def connection_refused(status: int, text: str) -> SpeechError:
    """The error of a WebSocket upgrade that was answered with this HTTP status."""
    code, reason, retryable = _REFUSED.get(status, ("UNAVAILABLE", "connect_failed", status >= 500))
    return SpeechError(code, reason, text or f"the server answered HTTP {status}", retryable=retryable)


def connect_failed(url: str, why: object) -> SpeechError:
    return SpeechError("UNAVAILABLE", "connect_failed", f"cannot connect to {url}: {why}", retryable=True)
