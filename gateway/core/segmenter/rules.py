"""Does a sentence end here? One rule per mark.

Every rule is monotone: once it says where to end, or REJECT, it says the same however much text follows. So the pieces
are the same for every way in which the text arrives, and each candidate is decided once.
"""

import re
import unicodedata
from collections.abc import Callable

from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import (
    BULLETS,
    CLOSED_TITLES,
    CLOSERS,
    DASHES,
    FULL_MARKS,
    INVERTED_MARKS,
    MARKS,
    NEWLINES,
    NOT_AFTER_FULL_MARK,
    SPACES,
    TERMINATORS,
)
from gateway.core.segmenter.full_stop import full_stop
from gateway.core.segmenter.languages import Language, contains
from gateway.core.segmenter.lists import ends_marker, is_marker, next_item
from gateway.core.segmenter.tail import Tail, read_tail

FULL_TAIL = re.compile(rf"[{re.escape(TERMINATORS)}]*(?P<closers>[{re.escape(CLOSERS)}]*)")
FULL_STOP = "．"
QUOTING = "とっ"  # 「はい。」と言った: "Yes", he said
LINK_SIGNS = re.compile(r"[/@=\\]")


def decide(candidate: Candidate, language: Language) -> Decision:
    """Where the sentence ends that candidate.mark may end."""
    in_code = candidate.text.count("`", candidate.start, candidate.at) % 2 and candidate.mark not in NEWLINES
    return Verdict.REJECT if in_code else RULES[candidate.mark](candidate, language)


def _newline(candidate: Candidate, _: Language) -> Decision:
    """What a language model writes has no hard wraps: a new line is a new thought."""
    return Verdict.REJECT if is_marker(candidate) else candidate.at


def _bullet(candidate: Candidate, _: Language) -> Decision:
    return candidate.start + len(candidate.before.rstrip())


def _bracket(candidate: Candidate, _: Language) -> Decision:
    return Verdict.REJECT if ends_marker(candidate) else next_item(candidate, candidate.word)


def _full_mark(candidate: Candidate, _: Language) -> Decision:
    """Says all by itself; only what belongs to it has to be complete."""
    after = candidate.after
    tail = FULL_TAIL.match(after)
    assert tail is not None
    following = after[tail.end() : tail.end() + 1]
    if not following:
        return candidate.at + 1 + tail.end() if candidate.sees_all(after) else Verdict.HOLD
    inside = any(candidate.is_inside(pair) for pair in CLOSED_TITLES) and not tail["closers"]
    quoted = tail["closers"] and following in QUOTING
    inside_number = following.isdigit() and candidate.before[-1:].isdigit() and candidate.mark == FULL_STOP
    goes_on = inside or quoted or inside_number or following in NOT_AFTER_FULL_MARK
    return Verdict.REJECT if goes_on else candidate.at + 1 + tail.end()


def _mark(candidate: Candidate, language: Language) -> Decision:
    if _follows_mark(candidate):
        return Verdict.REJECT
    if candidate.mark == "." and ends_marker(candidate):
        return Verdict.REJECT
    tail = read_tail(candidate, language)
    if tail is None:
        return Verdict.HOLD
    marks = candidate.mark + tail.marks
    if "…" in marks or marks.count(".") > 1:
        return _ellipsis(candidate, tail, language)
    if candidate.mark == ".":
        word = candidate.word
        item = next_item(candidate, word)
        return full_stop(candidate, word, tail, language) if item is Verdict.REJECT else item
    return _exclamation(candidate, tail, language)


def _follows_mark(candidate: Candidate) -> bool:
    """What a mark means is decided once for all the marks of "?!" and ". . ."."""
    text, last = candidate.text, candidate.at - 1
    if last > candidate.start and text[last] in SPACES:
        last -= 1
    return last >= candidate.start and text[last] in TERMINATORS


def _ellipsis(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """Ends a sentence before a capital: "Well... what I mean", "I thought... I would go", "Loading... Done"."""
    omission = tail.closers.startswith("]") and candidate.before.endswith("[")
    if omission or not tail.first.isalpha() or tail.first.islower():
        return Verdict.REJECT
    if not tail.gap:
        return _glued(candidate, tail) if tail.first.isupper() else Verdict.REJECT
    if tail.first not in language.pronouns:
        return tail.end
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    return Verdict.REJECT if following in language.pronouns else tail.end


def _exclamation(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """! and ?: an end, but not in "Come!" he said, or after a name such as Yahoo!"""
    if not tail.gap:
        return _glued(candidate, tail)
    if not tail.first or tail.lead.startswith((",", ";", ":")):
        return Verdict.REJECT
    if not tail.first.islower():
        return tail.end
    goes_on = tail.closers or tail.lead.startswith(tuple(DASHES)) or contains(language.exclaimed, candidate.word)
    return Verdict.REJECT if goes_on else tail.end


def _glued(candidate: Candidate, tail: Tail) -> Decision:
    """No white space: "your name?What", "你好?我", but not "/search?Query" and not "!Kung"."""
    if not tail.first.isalpha() or tail.first.islower():
        return Verdict.REJECT
    opens = not tail.lead or tail.lead[0] in INVERTED_MARKS or unicodedata.category(tail.lead[0]) == "So"  # an emoji
    if not opens or LINK_SIGNS.search(candidate.token):
        return Verdict.REJECT
    word = candidate.word
    named = len(word) == 1 and word.isascii()  # Y!J
    return tail.end if word and not named else Verdict.REJECT


Rule = Callable[[Candidate, Language], Decision]
RULES: dict[str, Rule] = {
    **dict.fromkeys(NEWLINES, _newline),
    **dict.fromkeys(BULLETS, _bullet),
    **dict.fromkeys(FULL_MARKS, _full_mark),
    **dict.fromkeys(MARKS, _mark),
    ")": _bracket,
}
# The dot in "3.14" and "example.com" is no candidate: it costs nothing.
PLACES = re.compile(rf"[{re.escape(''.join(RULES).replace('.', ''))}]|\.(?![a-z0-9])")
