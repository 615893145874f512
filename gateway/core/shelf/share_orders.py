"""What owners ask about shares: links to items, who may follow them, and what they follow themselves."""

from dataclasses import dataclass
from typing import Literal

from gateway.core.shelf.keep import KEEP, Keep


@dataclass(frozen=True, slots=True)
class MakeShare:
    """protected: an access code is asked for; made with the first code anyway."""

    job_ids: tuple[str, ...]
    title: str = ""
    expires_at: float | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class ListShares:
    limit: int = 20
    after: str = ""


@dataclass(frozen=True, slots=True)
class FindShare:
    code: str


@dataclass(frozen=True, slots=True)
class EditShare:
    """expires_at None: never. job_ids: all of them, in the order in which they are played."""

    code: str
    title: str | Keep = KEEP
    expires_at: float | Keep | None = KEEP
    protected: bool | Keep = KEEP
    job_ids: tuple[str, ...] | Keep = KEEP


@dataclass(frozen=True, slots=True)
class RevokeShares:
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MakeAccessCodes:
    """label_prefix: codes are labelled PREFIX-1, PREFIX-2, ... key: an idempotency key, or empty."""

    code: str
    count: int = 1
    label_prefix: str = ""
    max_uses: int | None = None
    expires_at: float | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListAccessCodes:
    """All of them."""

    code: str


@dataclass(frozen=True, slots=True)
class EditAccessCode:
    code: str
    access_code_id: str
    label: str | Keep = KEEP
    max_uses: int | Keep | None = KEEP
    expires_at: float | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class RevokeAccessCode:
    """Who came in with it is out again."""

    code: str
    access_code_id: str


@dataclass(frozen=True, slots=True)
class DrawQr:
    """origin: https://host:port, where the share's link leads to."""

    code: str
    origin: str
    format: Literal["svg", "png"] = "png"
    scale: int = 8


@dataclass(frozen=True, slots=True)
class KeepBookmark:
    """Of any share that leads somewhere, one's own or not. track: from 1."""

    code: str
    track: int | Keep = KEEP
    seconds: float | Keep = KEEP


@dataclass(frozen=True, slots=True)
class ListBookmarks:
    pass


@dataclass(frozen=True, slots=True)
class DropBookmark:
    code: str


ShareOrder = (
    MakeShare
    | ListShares
    | FindShare
    | EditShare
    | RevokeShares
    | MakeAccessCodes
    | ListAccessCodes
    | EditAccessCode
    | RevokeAccessCode
    | DrawQr
    | KeepBookmark
    | ListBookmarks
    | DropBookmark
)
