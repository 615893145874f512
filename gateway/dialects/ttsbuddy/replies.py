"""What the vendor's replies hold."""

from typing import Literal

import msgspec


class Meta(msgspec.Struct, frozen=True, omit_defaults=True):
    """processing_time_ms: of a job that is completed."""

    request_id: str
    api_version: str
    processing_time_ms: int | None = None


class Details(msgspec.Struct, frozen=True):
    """Of the month: minutes, or characters where the plan counts these."""

    limit: int
    used: float


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """details: of a month that is used up."""

    code: str
    message: str
    details: Details | None = None


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


class Completed(msgspec.Struct, frozen=True, tag_field="status", tag="completed"):
    success: Literal[True]
    job_id: str
    audio_url: str
    audio: Audio
    billing: Billing
    meta: Meta


class Processing(msgspec.Struct, frozen=True, tag_field="status", tag="processing"):
    success: Literal[True]
    job_id: str
    status_url: str
    retry_after_seconds: int
    meta: Meta


class Failed(msgspec.Struct, frozen=True, tag_field="status", tag="failed"):
    success: Literal[False]
    job_id: str
    error: Error
    meta: Meta


Reply = Completed | Processing | Failed


class Meant(msgspec.Struct, frozen=True):
    id: str
