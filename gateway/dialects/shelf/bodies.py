"""What requests about the library carry. What is not named stays as it is. Times are ISO 8601 with their zone."""

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gateway.core.shelf.keep import KEEP, Keep
from gateway.errors import InvalidSetting

Moment = Annotated[datetime, Meta(tz=True)]
Some = TypeVar("Some")


class ItemQuery(msgspec.Struct, frozen=True):
    """after: the last page's `next`. text: in the title, or where the text begins."""

    limit: int = 20
    after: str = ""
    sort: Literal["created_at", "-created_at", "bytes", "-bytes", "seconds", "-seconds", "title", "-title"] = (
        "-created_at"
    )
    tag: str = ""
    collection_id: str = ""
    text: str = ""
    created_after: Moment | None = None
    created_before: Moment | None = None


class PageQuery(msgspec.Struct, frozen=True):
    limit: int = 20
    after: str = ""


class QrQuery(msgspec.Struct, frozen=True):
    """scale: pixels of a dot."""

    format: Literal["png", "svg"] = "png"
    scale: int = 8


class EditBody(msgspec.Struct, frozen=True):
    """tags: all of them; add_tags and remove_tags leave the others alone. collection_id null: in none."""

    title: str | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    collection_id: str | UnsetType | None = UNSET


class JobsBody(msgspec.Struct, frozen=True):
    job_ids: tuple[str, ...]


class CollectionBody(msgspec.Struct, frozen=True):
    name: str


class CollectBody(msgspec.Struct, frozen=True):
    """Ids of jobs."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class ShareBody(msgspec.Struct, frozen=True):
    """job_id: for one; job_ids: in the order in which they are played."""

    job_ids: tuple[str, ...] = ()
    job_id: str = ""
    title: str = ""
    expires_at: Moment | None = None
    protected: bool = False


class ShareEdit(msgspec.Struct, frozen=True):
    """expires_at null: never."""

    title: str | UnsetType = UNSET
    expires_at: Moment | UnsetType | None = UNSET
    protected: bool | UnsetType = UNSET
    job_ids: tuple[str, ...] | UnsetType = UNSET


class CodesBody(msgspec.Struct, frozen=True):
    codes: tuple[str, ...]


class AccessCodesBody(msgspec.Struct, frozen=True):
    """max_uses null: any number; a use lets somebody in for half a day."""

    count: int = 1
    label_prefix: str = ""
    max_uses: int | None = None
    expires_at: Moment | None = None


class AccessCodeEdit(msgspec.Struct, frozen=True):
    label: str | UnsetType = UNSET
    max_uses: int | UnsetType | None = UNSET
    expires_at: Moment | UnsetType | None = UNSET


class BookmarkBody(msgspec.Struct, frozen=True):
    """code: of a share. track: from 1."""

    code: str
    track: int | UnsetType = UNSET
    seconds: float | UnsetType = UNSET


class PlaceBody(msgspec.Struct, frozen=True):
    track: int | UnsetType = UNSET
    seconds: float | UnsetType = UNSET


def kept(value: Some | UnsetType) -> Some | Keep:
    return KEEP if isinstance(value, UnsetType) else value


def seconds_of(moment: datetime | None) -> float | None:
    """Since 1970. Raises InvalidSetting: there is no such moment in UTC, in which it is told again."""
    if moment is None:
        return None
    try:
        seconds = moment.timestamp()
        datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):  # the first and the last day that there are, seen from another zone or rounded
        raise InvalidSetting("this moment is too far away") from None
    return seconds


def kept_moment(moment: datetime | UnsetType | None) -> float | Keep | None:
    return KEEP if isinstance(moment, UnsetType) else seconds_of(moment)
