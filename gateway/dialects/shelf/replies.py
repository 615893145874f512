"""What replies about the library say. Times are ISO 8601 in UTC."""

from datetime import UTC, datetime

import msgspec

from gateway.core.shelf import facts


class FormatTold(msgspec.Struct, frozen=True):
    format: str
    items: int
    bytes: int
    seconds: float


class SummaryTold(msgspec.Struct, frozen=True):
    items: int
    bytes: int
    seconds: float
    formats: tuple[FormatTold, ...]


class ItemTold(msgspec.Struct, frozen=True):
    """preview: the beginning of its text. bytes, seconds, audio_endpoint: null as long as there is no audio."""

    job_id: str
    state: str
    title: str
    tags: tuple[str, ...]
    collection_id: str | None
    voice: str | None
    encoding: str
    characters: int
    preview: str
    bytes: int | None
    seconds: float | None
    audio_endpoint: str | None
    created_at: str
    finished_at: str | None


class ItemsTold(msgspec.Struct, frozen=True):
    """next: what `after` is for the page that follows."""

    items: tuple[ItemTold, ...]
    next: str | None


class DeletedTold(msgspec.Struct, frozen=True):
    """not_found: also what is somebody else's."""

    deleted: tuple[str, ...]
    not_found: tuple[str, ...]


class TagTold(msgspec.Struct, frozen=True):
    name: str
    items: int


class TagsTold(msgspec.Struct, frozen=True):
    tags: tuple[TagTold, ...]


class CollectionTold(msgspec.Struct, frozen=True):
    id: str
    name: str
    items: int
    created_at: str


class CollectionsTold(msgspec.Struct, frozen=True):
    collections: tuple[CollectionTold, ...]


class CollectedTold(msgspec.Struct, frozen=True):
    changed: tuple[str, ...]
    not_found: tuple[str, ...]


class TrackTold(msgspec.Struct, frozen=True):
    job_id: str
    title: str
    seconds: float | None


class ShareTold(msgspec.Struct, frozen=True):
    """protected: an access code is asked for."""

    code: str
    url: str
    state: facts.ShareState
    title: str
    protected: bool
    plays: int
    tracks: tuple[TrackTold, ...]
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class SharesTold(msgspec.Struct, frozen=True):
    shares: tuple[ShareTold, ...]
    next: str | None


class RevokedTold(msgspec.Struct, frozen=True):
    revoked: tuple[str, ...]
    not_found: tuple[str, ...]


class AccessCodeTold(msgspec.Struct, frozen=True):
    id: str
    code: str
    label: str
    uses: int
    max_uses: int | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class AccessCodesTold(msgspec.Struct, frozen=True):
    access_codes: tuple[AccessCodeTold, ...]


class QrTold(msgspec.Struct, frozen=True):
    data_uri: str
    format: str


class BookmarkTold(msgspec.Struct, frozen=True):
    """live: whether its link still leads somewhere."""

    code: str
    url: str
    title: str
    track: int
    seconds: float
    live: bool
    created_at: str
    updated_at: str


class BookmarksTold(msgspec.Struct, frozen=True):
    bookmarks: tuple[BookmarkTold, ...]


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def perhaps(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds)
