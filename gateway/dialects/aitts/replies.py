"""What the vendor's replies hold."""

from collections.abc import Mapping
from typing import Generic, Literal, TypeVar

import msgspec

Data = TypeVar("Data")
Status = Literal["pending", "processing", "completed", "failed"]
# What the vendor calls a job's state.
STATES: Mapping[str, Status] = {
    "queued": "pending",
    "processing": "processing",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "failed",
}


class Error(msgspec.Struct, frozen=True):
    code: str
    message: str


class ErrorReply(msgspec.Struct, frozen=True):
    success: Literal[False]
    error: Error


class Success(msgspec.Struct, Generic[Data], frozen=True):
    success: Literal[True]
    data: Data


def success(data: Data) -> Success[Data]:
    return Success(True, data)  # noqa: FBT003 - the envelope has no other


class Submitted(msgspec.Struct, frozen=True):
    job_id: str
    status: Literal["pending"]
    poll_url: str
    audio_endpoint: str
    chars_charged: int


class Streaming(msgspec.Struct, frozen=True, kw_only=True):
    """stream_url: where it can be listened to, once; none where the audio is there already, or no
    token could be kept.
    """

    job_id: str
    stream_url: str | msgspec.UnsetType = msgspec.UNSET
    transport_format: str
    audio_endpoint: str
    chars_charged: int


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """audio_*: of a job that is completed; error: of one that failed."""

    job_id: str
    status: Status
    chars_charged: int
    audio_url: str = ""
    audio_url_expires_at: str = ""
    audio_endpoint: str = ""
    error: Error | None = None
