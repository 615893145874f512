"""Does a sentence end here? One rule per mark.

Every rule is monotone: once it says where to end, or REJECT, it says the same however much text follows. So the pieces
are the same for every way in which the text arrives, and each candidate is decided once.
"""

import re
from collections.abc import Callable

from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import (
    BULLETS,
    DASHES,
    FULL_MARKS,
    MARKS,
    NEWLINES,
    SPACES,
    TERMINATORS,
)
from gateway.core.segmenter.full_mark import full_mark
from gateway.core.segmenter.full_stop import full_stop
from gateway.core.segmenter.glued import glued_mark
from gateway.core.segmenter.languages import Language, contains, language_of
from gateway.core.segmenter.lists import ends_marker, is_marker, next_item
from gateway.core.segmenter.tail import Tail, read_tail

LONGEST_CODE = 100
LEADING_ELLIPSIS = re.compile(rf"[{SPACES}](?:\.\.\.|…)[^\W\d_]")  # it begins the next sentence
# Marks of one script that mean something else in others.
GREEK_QUESTION = r"(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e]"
ARMENIAN_STOP = r"(?<=[\u0531-\u0587]):"
MARK_OF_SCRIPT = re.compile(rf"{GREEK_QUESTION}|{ARMENIAN_STOP}")
MARKS_OF_SCRIPT = ";\u037e:"


def decide(candidate: Candidate, language: Language) -> Decision:
    """Where the sentence ends that candidate.mark may end."""
    mark = candidate.mark
    if mark not in NEWLINES and _is_in_code(candidate):
        following = candidate.text[candidate.at + 1 : candidate.at + 2]
        if following != "`":  # inside code, and not at its end
            return REJECT if following or candidate.ended else HOLD
    return RULES.get(mark, _mark_of_script)(candidate, language)


def _is_in_code(candidate: Candidate) -> bool:
    """After a backtick that opens something: not an apostrophe, as in "don`t", nor a pause, as in Armenian."""
    text, start, at = candidate.text, candidate.start, candidate.at
    last = text.rfind("`", max(start, at - LONGEST_CODE), at)
    if last < 0 or text[last + 1].isspace() or (last > start and text[last - 1].isalpha()):
        return False
    return text.count("`", start, at) % 2 == 1


def ends_sentences(text: str, at: int) -> bool:
    """Whether text[at] is a mark for decide(), and not one between clauses."""
    mark = text[at]
    return mark in RULES or (mark in MARKS_OF_SCRIPT and MARK_OF_SCRIPT.match(text, at) is not None)


def _newline(candidate: Candidate, _: Language) -> Decision:
    """What a language model writes has no hard wraps: a new line is a new thought."""
    return REJECT if is_marker(candidate) else candidate.at


def _bullet(candidate: Candidate, _: Language) -> Decision:
    """In a name it is no bullet: 穆罕默德•傑登."""
    if not candidate.before[-1:].isspace():
        return REJECT
    return candidate.start + len(candidate.before.rstrip())


def _bracket(candidate: Candidate, language: Language) -> Decision:
    return REJECT if ends_marker(candidate) else next_item(candidate, candidate.word, language)


def _mark(candidate: Candidate, language: Language) -> Decision:
    dot = candidate.mark == "."
    if _follows_mark(candidate) or (dot and ends_marker(candidate)):
        return REJECT
    if candidate.ended and candidate.at + 1 == len(candidate.text):
        return next_item(candidate, candidate.word, language) if dot else REJECT
    tail = read_tail(candidate)
    if tail is None:
        return HOLD
    word = candidate.word
    language = language_of(word, language)
    if dot and tail.marks and LEADING_ELLIPSIS.match(candidate.after):
        return candidate.at + 1
    marks = candidate.mark + tail.marks
    if "…" in marks or marks.count(".") > 1:
        return _ellipsis(candidate, tail, language)
    if dot:
        item = next_item(candidate, word, language)
        return full_stop(candidate, word, tail, language) if item is REJECT else item
    return _exclamation(candidate, tail, language)


def _follows_mark(candidate: Candidate) -> bool:
    """What a mark means is decided once for all the marks of "?!" and ". . ."."""
    text, last = candidate.text, candidate.at - 1
    if last > candidate.start and text[last] in SPACES:
        last -= 1
    return last >= candidate.start and text[last] in TERMINATORS


def _ellipsis(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """Ends a sentence before a capital: "Well... what I mean", "I thought... I would go", "Loading... Done"."""
    if not tail.is_there:
        return HOLD
    omission = tail.closers.startswith("]") and candidate.before.endswith("[")
    if omission or not tail.first.isalpha() or tail.first.islower():
        return REJECT
    if not tail.gap:
        return glued_mark(candidate, tail) if tail.first.isupper() else REJECT
    if tail.first not in language.pronouns:
        return tail.end
    following = tail.next_word
    if following is None:
        return HOLD
    return REJECT if following in language.pronouns else tail.end


def _exclamation(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """! and ?: an end, but not in "Come!" he said, or after a name such as Yahoo!"""
    if not tail.gap:
        return glued_mark(candidate, tail)
    if (not tail.first and not tail.opens) or tail.lead.startswith((",", ";", ":")):
        return REJECT
    if tail.opens or not tail.first.islower():
        named = contains(language.exclaimed, candidate.word)  # Yahoo! Finance
        return _unless_name(tail, language) if named else tail.end
    goes_on = tail.closers or tail.lead.startswith(tuple(DASHES)) or contains(language.exclaimed, candidate.word)
    return REJECT if goes_on else tail.end


def _unless_name(tail: Tail, language: Language) -> Decision:
    following = tail.next_word
    if following is None:
        return HOLD
    return tail.end if following in language.starters else REJECT


def _mark_of_script(candidate: Candidate, _: Language) -> Decision:
    """The Greek ; and the Armenian : end sentences after letters of their own script."""
    tail = read_tail(candidate)
    if tail is None or not tail.is_there:
        return HOLD
    return tail.end if tail.gap and tail.first.isalnum() else REJECT


Rule = Callable[[Candidate, Language], Decision]
RULES: dict[str, Rule] = {
    **dict.fromkeys(NEWLINES, _newline),
    **dict.fromkeys(BULLETS, _bullet),
    **dict.fromkeys(FULL_MARKS, full_mark),
    **dict.fromkeys(MARKS, _mark),
    ")": _bracket,
}
