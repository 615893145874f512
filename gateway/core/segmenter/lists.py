"""List items: a marker stays with its item, and the next marker begins the next piece."""

import re

from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import BULLETS, DASHES
from gateway.core.segmenter.languages import Language

SIGNS = rf"[\s*_#>(+{re.escape(BULLETS + DASHES)}]*"
NUMBER = r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})"
MARKER = re.compile(rf"{SIGNS}{NUMBER}[.)]*\Z")
LONE_MARKER = re.compile(rf"{SIGNS}{NUMBER}[.)][.)*_\s]*\Z")
FIRST_NUMBERS = "1aAiI"
FIRST = re.compile(rf":\s*\(?[{FIRST_NUMBERS}]\Z")
LONGEST = 40  # characters of signs and white space around a marker
ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def ends_marker(candidate: Candidate) -> bool:
    """Whether the text so far is "1", "(a", "• iv", or ends in ": 1", so that a dot or bracket makes it a marker."""
    if candidate.at - candidate.start <= LONGEST and MARKER.match(candidate.before):
        return True
    first = candidate.text[candidate.at - 1] in FIRST_NUMBERS
    return (
        first and FIRST.search(candidate.text, max(candidate.start, candidate.at - LONGEST), candidate.at) is not None
    )


def is_marker(candidate: Candidate) -> bool:
    """Whether the sentence so far is "1." and no more."""
    return candidate.at - candidate.start <= LONGEST and LONE_MARKER.match(candidate.before) is not None


def next_item(candidate: Candidate, word: str, language: Language) -> Decision:
    """A sentence with "1." in it ends before "2.", where the items stand on one line. Not so in "1) and 2)"."""
    previous = _predecessor(word)
    if not previous or not re.search(rf"(?:\A|[\s(*•]){previous}[.)]", candidate.before):
        return REJECT
    after = candidate.text[candidate.at + 1 : candidate.at + 2]
    if not after and not candidate.ended:
        return HOLD
    head = candidate.before[: -len(word)].rstrip("(" + BULLETS)
    joined = head.rstrip()[-1:] in ",;" or candidate.word_before_that.lower() in language.conjunctions
    if after not in (" ", ")") or not head[-1:].isspace() or joined:
        return REJECT
    return candidate.start + len(head.rstrip())


def _predecessor(number: str) -> str:
    """Of a marker: "1" of "2", "a" of "b", "i" of "ii"."""
    if number.isdecimal() and number.isascii() and len(number) < 3:
        return str(int(number) - 1) if number > "1" or len(number) > 1 else ""
    if number in ROMANS[1:] and len(number) > 1:
        return ROMANS[ROMANS.index(number) - 1]
    return chr(ord(number) - 1) if len(number) == 1 and "b" <= number <= "z" else ""
