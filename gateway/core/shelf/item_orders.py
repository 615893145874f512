"""What owners ask about items: their jobs, mostly those with audio, their tags and collections."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.core.shelf.keep import KEEP, Keep


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


ItemOrder = (
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
)
