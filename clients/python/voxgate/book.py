"""A long text as the texts of several jobs, cut where a listener hears it least; together they are the text."""

import hashlib
from collections.abc import Iterator

import msgspec

from voxgate.jobs_api import Wanted

# What a gateway takes by default; one that takes less says so, and the text is cut smaller.
MOST = 500_000
LEAST = 200  # characters; a gateway that does not even take these has another reason
# A paragraph's end, a line's, a sentence's, a word's.
PLACES = ("\n\n", "\n", ". ", " ")


def cut(text: str, most: int = MOST) -> list[str]:
    """Parts of at most so many characters, none of which is only white space."""
    parts: list[str] = []
    for part in _cut(text, most):
        if parts and not (part.strip() and parts[-1].strip()) and len(parts[-1]) + len(part) <= most:
            parts[-1] += part
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


def _cut(text: str, most: int) -> Iterator[str]:
    start = 0
    while len(text) - start > most:
        end = next(filter(None, (_after(text, place, start, most) for place in PLACES)), start + most)
        yield text[start:end]
        start = end
    yield text[start:]


def _after(text: str, place: str, start: int, most: int) -> int:
    """Behind the last such place in the second half of what may be taken; 0: there is none."""
    found = text.rfind(place, start + most // 2, start + most)
    return 0 if found < 0 else found + len(place)


def name_of(wanted: Wanted) -> str:
    """The same for the same text and settings alone."""
    return f"speak-file-{hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()[:40]}"
