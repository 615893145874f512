"""Pages of a list that goes on while it is read: a page's `next` is where it ended, not how far it has got."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from math import isfinite

import msgspec

from gateway.errors import InvalidSetting

MAX_PAGE = 200
MAX_MARK = 2000  # characters of a `next`
NO_MARK = "after is the `next` of a page of this list"


@dataclass(frozen=True, slots=True)
class Mark:
    """The last entry of a page: what the list is ordered by, and its id."""

    value: float | str
    id: str


MARK = msgspec.json.Decoder(tuple[float | str, str])


def encode_mark(mark: Mark) -> str:
    return urlsafe_b64encode(msgspec.json.encode((mark.value, mark.id))).decode().rstrip("=")


def decode_mark(text: str, kind: type[float] | type[str]) -> Mark:
    """kind: of its value. Raises InvalidSetting: it is no `next` of this list."""
    try:
        value, id_ = MARK.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= MAX_MARK else b"")
    except (ValueError, msgspec.MsgspecError):
        raise InvalidSetting(NO_MARK) from None
    if not isinstance(value, kind) or "\0" in f"{value}{id_}" or (isinstance(value, float) and not isfinite(value)):
        raise InvalidSetting(NO_MARK)
    return Mark(value, id_)


def page_size(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))
