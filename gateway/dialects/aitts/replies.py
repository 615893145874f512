"""What the vendor's replies hold."""

from typing import Generic, Literal, TypeVar

import msgspec

Data = TypeVar("Data")


class Error(msgspec.Struct, frozen=True):
    code: str
    message: str


class ErrorReply(msgspec.Struct, frozen=True):
    success: Literal[False]
    error: Error


class Success(msgspec.Struct, Generic[Data], frozen=True):
    data: Data
    success: Literal[True] = True


class Submitted(msgspec.Struct, frozen=True):
    job_id: str
    status: Literal["pending"]
    poll_url: str
    audio_endpoint: str
    chars_charged: int


class Streaming(msgspec.Struct, frozen=True, omit_defaults=True):
    """stream_url: where it can be listened to, once; none where the audio is there already."""

    job_id: str
    transport_format: str
    audio_endpoint: str
    chars_charged: int
    stream_url: str = ""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """audio_*: of a job that is completed; error: of one that failed."""

    job_id: str
    status: Literal["pending", "processing", "completed", "failed"]
    chars_charged: int
    audio_url: str = ""
    audio_url_expires_at: str = ""
    audio_endpoint: str = ""
    error: Error | None = None
