"""What owners may write: titles, tags, names; and what they may name: ids, codes."""

import re
import unicodedata

from gateway.errors import InvalidSetting

MAX_TITLE, MAX_TAG = 200, 64  # characters; as wide as their columns
MAX_TAGS = 50  # of an item
MAX_NAMED = 1000  # jobs that one order may name; the ids make 40 kB of JSON
NAMED = re.compile(r"[A-Za-z0-9_-]{1,64}")  # every id and code that we ever gave


def title_of(text: str, what: str = "a title") -> str:
    """In one form of the several that Unicode has for some; may be empty. Raises InvalidSetting."""
    return _clean(text, what, MAX_TITLE)


def name_of(text: str) -> str:
    name = title_of(text, "a name")
    if not name:
        raise InvalidSetting("a name has at least one character")
    return name


def tag_of(text: str) -> str:
    tag = _clean(text, "a tag", MAX_TAG)
    if not tag:
        raise InvalidSetting("a tag has at least one character")
    return tag


def tags_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """In their order, each once."""
    if len(texts) > MAX_TAGS:
        raise InvalidSetting(f"an item has at most {MAX_TAGS} tags")
    return tuple(dict.fromkeys(tag_of(text) for text in texts))


def named(ids: tuple[str, ...]) -> tuple[str, ...]:
    """In their order, each once; those that can be none of ours among them. Raises InvalidSetting: too many."""
    if len(ids) > MAX_NAMED:
        raise InvalidSetting(f"at most {MAX_NAMED} at once")
    return tuple(dict.fromkeys(ids))


def is_name(text: str) -> bool:
    """Whether a database may be asked about it."""
    return NAMED.fullmatch(text) is not None


def _clean(text: str, what: str, most: int) -> str:
    """Nobody sees control characters, and PostgreSQL cannot keep all of them."""
    if len(text) <= most:  # before it is looked at: a flood of accents takes quadratic time to be put in order
        text = unicodedata.normalize("NFC", text).strip()
    if len(text) > most:
        raise InvalidSetting(f"{what} has at most {most} characters")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
        raise InvalidSetting(f"{what} has no control characters")
    return text
