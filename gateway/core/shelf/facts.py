"""What owners are told of the library."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Kept:
    """What a job has in the store. path: there."""

    path: str
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Item:
    """begins: the beginning of its text."""

    job_id: str
    state: str
    title: str
    tags: tuple[str, ...]
    collection_id: str | None
    voice: str
    encoding: str
    characters: int
    begins: str
    created_at: float
    finished_at: float | None
    audio: Kept | None


@dataclass(frozen=True, slots=True)
class Items:
    """next: what the next page is asked for with; empty: there is none."""

    items: tuple[Item, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Holding:
    """How much there is. format: the suffix of its files; empty: of all."""

    format: str
    items: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    all: Holding
    by_format: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """Which of those named were there, and which were not, or are somebody else's."""

    done: tuple[str, ...]
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    items: int


@dataclass(frozen=True, slots=True)
class Tags:
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    id: str
    name: str
    items: int
    created_at: float


@dataclass(frozen=True, slots=True)
class Collections:
    collections: tuple[Collection, ...]


ROUTE = "/s/"


def path_of(code: str) -> str:
    """Of a share's page."""
    return f"{ROUTE}{code}"


class ShareState(StrEnum):
    LIVE = "live"
    REVOKED = "revoked"
    EXPIRED = "expired"
    EMPTY = "empty"  # all that it led to was deleted


@dataclass(frozen=True, slots=True)
class Track:
    job_id: str
    title: str
    audio: Kept | None


@dataclass(frozen=True, slots=True)
class Share:
    code: str
    owner: str
    title: str
    protected: bool
    plays: int
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    tracks: tuple[Track, ...]
    state: ShareState


@dataclass(frozen=True, slots=True)
class Shares:
    shares: tuple[Share, ...]
    next: str


@dataclass(frozen=True, slots=True)
class AccessCode:
    """max_uses None: any number. A use lets somebody in for half a day."""

    id: str
    code: str
    label: str
    uses: int
    max_uses: int | None
    created_at: float
    expires_at: float | None
    revoked_at: float | None


@dataclass(frozen=True, slots=True)
class AccessCodes:
    share: str
    codes: tuple[AccessCode, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    format: str
    content_type: str
    image: bytes


@dataclass(frozen=True, slots=True)
class Bookmark:
    """title: empty if it is behind an access code and somebody else's. live: whether its link leads somewhere."""

    code: str
    title: str
    track: int
    seconds: float
    live: bool
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Bookmarks:
    bookmarks: tuple[Bookmark, ...]


Fact = (
    Summary
    | Items
    | Item
    | Done
    | Tags
    | Collection
    | Collections
    | Share
    | Shares
    | AccessCode
    | AccessCodes
    | Drawing
    | Bookmark
    | Bookmarks
)
