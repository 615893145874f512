"""The marks of Chinese, Japanese, Hindi, Urdu and others: they say all by themselves, without a space or a capital."""

import re
from functools import cache

from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import (
    CLOSERS,
    FULL_BRACKETS,
    NOT_AFTER_FULL_MARK,
    TERMINATORS,
    TITLE_BRACKETS,
)
from gateway.core.segmenter.languages import Language, language_of

TAIL = re.compile(rf"[{re.escape(TERMINATORS)}]*(?P<closers>[{re.escape(CLOSERS)}]*)[{re.escape(TERMINATORS)}]*")
FULL_STOP = "．"
CLAUSE_END = re.compile(r"[。！？，、；：\s“「『]")
pattern = cache(re.compile)


def full_mark(candidate: Candidate, language: Language) -> Decision:
    """Only what belongs to it has to be complete."""
    after = candidate.after
    tail = TAIL.match(after)
    assert tail is not None
    following = after[tail.end() : tail.end() + 1]
    if not following:
        return candidate.at + 1 + tail.end() if candidate.sees_all(after) else HOLD
    inside = _is_open(candidate, TITLE_BRACKETS) or (_is_open(candidate, FULL_BRACKETS) and not tail["closers"])
    inside_number = following.isdigit() and candidate.before[-1:].isdigit() and candidate.mark == FULL_STOP
    if inside or inside_number or following in NOT_AFTER_FULL_MARK:
        return REJECT
    end = candidate.at + 1 + tail.end()
    language = language_of(candidate.before[-1:], language)
    if not tail["closers"] or not language.quoted_on:
        return end
    return _unless_quoted(candidate, after[tail.end() :], end, language)


def _is_open(candidate: Candidate, pair: str) -> bool:
    text, start, at = candidate.text, candidate.start, candidate.at
    return text.rfind(pair[0], start, at) > text.rfind(pair[1], start, at)


def _unless_quoted(candidate: Candidate, rest: str, end: int, language: Language) -> Decision:
    """The sentence may go on after a quotation: 「はい。」と言った, “你来吗？”她问。"""
    if pattern(language.quoted_on).match(rest):
        return REJECT
    seen = len(rest) >= language.quoted_look or CLAUSE_END.search(rest) or candidate.sees_all(candidate.after)
    return end if seen else HOLD
