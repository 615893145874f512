"""What the vendor's replies hold."""

from typing import Literal

import msgspec


class Meta(msgspec.Struct, frozen=True, omit_defaults=True):
    request_id: str
    api_version: str
    processing_time_ms: int = 0


class Error(msgspec.Struct, frozen=True):
    code: str
    message: str


class ErrorReply(msgspec.Struct, frozen=True):
    success: Literal[False]
    error: Error
    meta: Meta


class Audio(msgspec.Struct, frozen=True):
    duration_seconds: float
    format: str
    voice: str
    speed: float


class Billing(msgspec.Struct, frozen=True):
    """null: no bound."""

    mode: str
    estimated_cost_cents: int
    monthly_minutes_used: float
    monthly_minutes_limit: int | None
    monthly_minutes_remaining: float | None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """audio_url, audio, billing: of a job that is completed; status_url, retry_after_seconds: of one that is not."""

    success: bool
    status: Literal["completed", "processing", "failed"]
    job_id: str
    meta: Meta
    audio_url: str = ""
    audio: Audio | None = None
    billing: Billing | None = None
    status_url: str = ""
    retry_after_seconds: int = 0
    error: Error | None = None


class Meant(msgspec.Struct, frozen=True):
    id: str
