"""What the vendor's replies hold."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Status = Literal["queued", "processing", "completed", "failed"]
# What the vendor calls a job's state.
STATES: Mapping[str, Status] = {
    "queued": "queued",
    "processing": "processing",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "failed",
}


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """characters: where a text is longer than what is left of the month; required: if the text was counted already."""

    code: str
    message: str
    characters_required: int | None = None
    characters_available: int | None = None


class ErrorReply(msgspec.Struct, frozen=True):
    error: Error


class Queued(msgspec.Struct, frozen=True):
    """credits: by the operator's prices; remaining: null where nothing bounds them."""

    uuid: str
    job_id: str
    status: Literal["queued"]
    credits_used: int
    credits_remaining: int | None


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    status: Status
    result_url: str = ""
    error: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """uuid: by either of a job's names."""

    uuid: str
