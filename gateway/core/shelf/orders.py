"""What owners ask of the library."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Literal


class Keep(Enum):
    """What an order leaves as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP


class Sort(StrEnum):
    """What a list is ordered by; with a minus the greatest comes first."""

    OLDEST = "created_at"
    NEWEST = "-created_at"
    SMALLEST = "bytes"
    LARGEST = "-bytes"
    SHORTEST = "seconds"
    LONGEST = "-seconds"
    BY_TITLE = "title"
    BY_TITLE_BACKWARDS = "-title"


# About items.


@dataclass(frozen=True, slots=True)
class Summarise:
    pass


@dataclass(frozen=True, slots=True)
class ListItems:
    """tag, collection_id, text (in the title, or where the text begins), created_after and created_before narrow it.

    after: the last page's `next`.
    """

    limit: int = 20
    after: str = ""
    sort: Sort = Sort.NEWEST
    tag: str = ""
    collection_id: str = ""
    text: str = ""
    created_after: float | None = None
    created_before: float | None = None


@dataclass(frozen=True, slots=True)
class FindItem:
    job_id: str


@dataclass(frozen=True, slots=True)
class EditItem:
    """Any job may be edited, whether or not it has its audio yet. tags: all of them; add_tags and remove_tags change
    some and leave alone what others add at the same moment. collection_id None: in none.
    """

    job_id: str
    title: str | Keep = KEEP
    collection_id: str | Keep | None = KEEP
    tags: tuple[str, ...] | Keep = KEEP
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteItems:
    """Jobs, whatever their state, with their audio."""

    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListTags:
    pass


@dataclass(frozen=True, slots=True)
class ListCollections:
    pass


@dataclass(frozen=True, slots=True)
class MakeCollection:
    """One that is there already is what comes of it."""

    name: str


@dataclass(frozen=True, slots=True)
class RenameCollection:
    collection_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeleteCollection:
    """What was in it is in none."""

    collection_id: str


@dataclass(frozen=True, slots=True)
class Collect:
    """An item is in one collection at most, so adding it takes it out of another."""

    collection_id: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


# About shares.


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


Order = (
    Summarise
    | ListItems
    | FindItem
    | EditItem
    | DeleteItems
    | ListTags
    | ListCollections
    | MakeCollection
    | RenameCollection
    | DeleteCollection
    | Collect
    | MakeShare
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
