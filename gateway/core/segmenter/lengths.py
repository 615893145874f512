"""How long a piece may be, and where to cut one that is too long.

An engine's limit is in phonemes: Kokoro is rushed above 400 and ends at 510. So lengths are counted in characters of
prose, as estimated in weights.py: 300 of them are about 375 phonemes.
"""

import re

from gateway.core.segmenter.characters import COMMAS, FULL_COMMAS, FULL_PAUSES, PAUSES
from gateway.core.segmenter.graphemes import boundary_before
from gateway.core.segmenter.weights import heavy_runs

LIMIT = 300  # characters of prose: a sentence may be this long
GRACE = 3  # and a text without any place to cut a third longer

EARLIEST = 0.3  # of the limit: a comma before it leaves too much behind
LATEST = 0.83  # about 250 characters

BEST_PLACES = (re.compile(rf"[{PAUSES}](?=\s)|[{FULL_PAUSES}]"), re.compile(rf"[{COMMAS}](?=\s)|[{FULL_COMMAS}]"))
SPACE = re.compile(r"(?<!\d)\s|\s(?!\d)")  # not the one in "10 000"
LATE_PLACE = re.compile(rf"\s|(?<=[{FULL_COMMAS}{FULL_PAUSES}])(?=.)")
NOT_SPACE = re.compile(r"\S")


def limit_in(text: str) -> int:
    """Where the text becomes too long, which it does."""
    at, left = 0, LIMIT
    for begin, last, weight in heavy_runs(text):
        if begin - at >= left:
            break
        left -= begin - at
        if (last - begin) * weight >= left:
            return begin - -left // weight
        at, left = last, left - (last - begin) * weight
    return at + left


def forced_cut(text: str, start: int, limit: int, *, ended: bool) -> int | None:
    """Where to cut text[start:] that has no sentence end before `limit`; None: more text is needed to tell."""
    last = limit + (limit - start) // GRACE
    place = _pause(text, start, limit) or _space(text, start, limit) or _late_place(text, limit, last)
    if place is None and not ended and len(text) <= last:  # one character more shows whether a grapheme goes on
        return None
    return boundary_before(text, start, place or min(last, len(text)))


def _pause(text: str, start: int, limit: int) -> int | None:
    earliest, latest = (start + int((limit - start) * part) for part in (EARLIEST, LATEST))
    for place in BEST_PLACES:
        ends = [match.end() for match in place.finditer(text, earliest, latest)]
        if ends:
            return ends[-1]
    return None


def _space(text: str, start: int, limit: int) -> int | None:
    word = NOT_SPACE.search(text, start, limit)
    latest = start + int((limit - start) * LATEST)
    if word is None:
        return None
    places = [match.start() for match in SPACE.finditer(text, word.end(), latest)]
    return places[-1] if places else None


def _late_place(text: str, limit: int, last: int) -> int | None:
    late = LATE_PLACE.search(text, limit, last)
    return late.start() if late else None
