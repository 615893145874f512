"""Where a sentence or a clause may end: found by one regular expression, as fast as it can be; then `judge` tells."""

import re
from collections.abc import Iterable
from functools import cache

from gateway.core.segmenter.characters import COMMAS, FULL_COMMAS, FULL_PAUSES, PAUSES
from gateway.core.segmenter.languages import Language
from gateway.core.segmenter.rules import RULES

MARKS = frozenset("".join(RULES) + PAUSES + COMMAS + FULL_PAUSES + FULL_COMMAS)
SURE_MARKS = re.escape("".join(MARKS - {"."}))


@cache
def places(language: Language) -> re.Pattern[str]:
    """One set of characters, then what they need: the dot in "3.14" and "example.com" is no place, and white space is
    one only before what is or may become a conjunction.
    """
    conjunction = rf"(?=(?:{'|'.join(sorted(language.conjunctions))})\b|(?:{_beginnings(language.conjunctions)})?\Z)"
    before_conjunction = rf"(?<=\s){conjunction}" if language.conjunctions else r"(?!)"
    return re.compile(rf"[{SURE_MARKS}.\s](?:(?<=[{SURE_MARKS}])|(?<=\.)(?![a-z0-9])|{before_conjunction})")


@cache
def signals(language: Language) -> frozenset[str]:
    """The marks, and what is or may become a conjunction: a place is not far."""
    words = language.conjunctions
    return MARKS | {word[:length] for word in words for length in range(1, len(word) + 1)}


def _beginnings(words: Iterable[str]) -> str:
    """A pattern for what may become one of the words: "a(?:n(?:d)?)?" for "and"."""
    by_letter = {first: [word[1:] for word in words if word.startswith(first)] for first in {word[0] for word in words}}
    return "|".join(
        re.escape(first) + (f"(?:{_beginnings(rest)})?" if (rest := [word for word in more if word]) else "")
        for first, more in sorted(by_letter.items())
    )
