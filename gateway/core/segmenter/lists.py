"""List items: a marker stays with its item, and the next marker begins the next piece."""

import re

from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import BULLETS, DASHES

SIGNS = rf"[\s*_#>(+{re.escape(BULLETS + DASHES)}]*"
NUMBER = r"(?P<number>\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})"
MARKER = re.compile(rf"{SIGNS}{NUMBER}[.)]*\Z")
LONE_MARKER = re.compile(rf"{SIGNS}{NUMBER}[.)][.)*_\s]*\Z")
ITEM = re.compile(rf"{SIGNS}{NUMBER}[.)]")
LONGEST = 40  # characters of signs and white space around a marker


def ends_marker(candidate: Candidate) -> bool:
    """Whether the piece so far is "1", "(a", "• iv", so that a dot or bracket makes it a marker."""
    return candidate.at - candidate.start <= LONGEST and MARKER.match(candidate.before) is not None


def is_marker(candidate: Candidate) -> bool:
    """Whether the piece so far is "1." and no more."""
    return candidate.at - candidate.start <= LONGEST and LONE_MARKER.match(candidate.before) is not None


def next_item(candidate: Candidate, word: str) -> Decision:
    """A piece that starts with "1." ends before "2.", also where the items stand on one line."""
    item = ITEM.match(candidate.text, candidate.start, min(candidate.start + LONGEST, candidate.at))
    if item is None or word != _successor(item["number"]):
        return Verdict.REJECT
    after = candidate.text[candidate.at + 1 : candidate.at + 2]
    if not after and not candidate.ended:
        return Verdict.HOLD
    head = candidate.before[: -len(word)].rstrip("(" + BULLETS)
    if after not in (" ", ")") or not head[-1:].isspace():
        return Verdict.REJECT
    return candidate.start + len(head.rstrip())


def _successor(number: str) -> str:
    if number.isdecimal():
        return str(int(number) + 1)
    return chr(ord(number) + 1) if len(number) == 1 and number.islower() else ""
