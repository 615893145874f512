"""Does a clause end here, so that speech may pause inside a sentence?

Measured on voice answers and long prose: beginning with a clause instead of a sentence cuts the 95th percentile of the
first piece from 229 to 101 characters, and the time to the first audio by half.
"""

from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import FULL_COMMAS, FULL_PAUSES, PAIRS
from gateway.core.segmenter.languages import Language
from gateway.core.segmenter.plain import FEWEST_WORDS, OPENERS, SHORTEST, SHORTEST_BEFORE_CONJUNCTION
from gateway.core.segmenter.tail import LETTERS

SHORTEST_FULL_WIDTH = 8

FULL_WIDTH = FULL_PAUSES + FULL_COMMAS


def decide_clause(candidate: Candidate, language: Language) -> Decision:
    mark = candidate.mark
    if mark.isspace():
        return _before_conjunction(candidate, language)
    spoken = candidate.before.strip()
    full_width = mark in FULL_WIDTH
    if len(spoken) < (SHORTEST_FULL_WIDTH if full_width else SHORTEST - 1):
        return REJECT
    after = candidate.after
    too_few = not full_width and len(spoken.split()) < FEWEST_WORDS
    if too_few or (after and not full_width and not after[0].isspace()) or _is_inside(candidate):
        return REJECT
    return _unless_number(candidate, after)


def _unless_number(candidate: Candidate, after: str) -> Decision:
    following = after.lstrip()[:1]
    if not following:
        return REJECT if candidate.sees_all(after) else HOLD
    new_line = after[: after.index(following)].strip(" \t\u00a0\u202f\u3000")
    return REJECT if following.isdigit() or new_line else candidate.at + 1


def _before_conjunction(candidate: Candidate, language: Language) -> Decision:
    """As in "The meeting was moved to Thursday | because the room was taken"."""
    after = candidate.after
    word = LETTERS.match(after)
    if word is None or word.end() == len(after):
        return REJECT if candidate.sees_all(after) or (after and not word) else HOLD
    if word.group() not in language.conjunctions or not after[word.end()].isspace():
        return REJECT
    spoken = candidate.before.strip()
    late = len(spoken) >= SHORTEST_BEFORE_CONJUNCTION and spoken[-1].isalpha() and candidate.token != ""
    return (
        candidate.at if late and candidate.token not in language.conjunctions and not _is_inside(candidate) else REJECT
    )


def _is_inside(candidate: Candidate) -> bool:
    """Inside brackets or an open quote, as far as the piece shows."""
    text, start, at = candidate.text, candidate.start, candidate.at
    if not OPENERS.search(text, start, at):
        return False
    if text.count('"', start, at) % 2 or any(candidate.is_inside(pair) for pair in PAIRS):
        return True
    return candidate.is_inside(
        "„“" if text.count("„", start, at) else "“”"
    )  # German closes with what English opens with
