"""Lists in pages: what a query asks for, and the page. A cursor is what the page before said comes next."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from gateway.errors import InvalidSetting

DIGITS = 9  # of a number in a query

Item = TypeVar("Item")


def number_of(query: Mapping[str, str], name: str, default: int, most: int = 10**DIGITS, *, least: int = 1) -> int:
    """What is more than `most` is `most`. Raises InvalidSetting."""
    written = query.get(name) or str(default)
    if not written.isascii() or not written.isdigit() or int(written[:DIGITS]) < least:
        raise InvalidSetting(f"{name} is a number, {least} or more")
    return most if len(written) > DIGITS else min(int(written), most)


def page_of(items: Sequence[Item], cursor: str, limit: int) -> tuple[Sequence[Item], str | None]:
    """The page, and the cursor of the next one. Raises InvalidSetting for a cursor that is none of ours."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= DIGITS):
        raise InvalidSetting("cursor is what the page before told")
    start = int(cursor or 0)
    following = start + limit
    return items[start:following], str(following) if following < len(items) else None
