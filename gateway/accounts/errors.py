"""What only accounts can say to a client."""

from gateway.errors import Code, SpeechError


class TooManyAttempts(SpeechError):
    code, reason, retryable = Code.RESOURCE_EXHAUSTED, "too_many_attempts", True
