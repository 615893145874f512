"""No white space after the mark: "your account.Let me see", "your name?What", but "3.14", "example.com", "Y!J"."""

import re
import unicodedata

from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import IDEOGRAPHS, INVERTED_MARKS
from gateway.core.segmenter.languages import Language, contains
from gateway.core.segmenter.tail import Tail

IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
PLAIN_WORD = re.compile(r"[^\W\d_]{2,}|[^\w\s]?\d[\d,.:]*%?")
# After "today." without white space: a word, and not a name that goes on ("fmt.Println(", "Foo.Bar.baz").
GLUED_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]*)*(?P<end>[^\w.(@/\\-])?")
LOWER_WORD = re.compile(r"[^\W\d_]{3,}")
LINK_SIGNS = re.compile(r"[/@=\\]")


def glued_mark(candidate: Candidate, tail: Tail) -> Decision:
    """No white space: "your name?What", "你好?我", but not "/search?Query" and not "!Kung"."""
    if not tail.first.isalpha() or tail.first.islower():
        return REJECT
    opens = not tail.lead or tail.lead[0] in INVERTED_MARKS or unicodedata.category(tail.lead[0]) == "So"  # an emoji
    if not opens or LINK_SIGNS.search(candidate.token):
        return REJECT
    word = candidate.word
    named = len(word) == 1 and word.isascii()  # Y!J
    return tail.end if word and not named else REJECT


def glued_stop(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """No white space: "3.14", "example.com", but also "your account.Let me see"."""
    known = contains(language.times, word) or contains(language.closing, word)
    whole = PLAIN_WORD.fullmatch(word) and not word[-1].isupper() and not contains(language.ambiguous, word)
    plain = whole or known
    if tail.lead:
        return tail.end if plain and tail.lead in INVERTED_MARKS and tail.first.isalpha() else REJECT
    if IDEOGRAPH.match(tail.first) and IDEOGRAPH.match(word[-1:]):
        return tail.end
    if not plain or not tail.first.isupper():
        return REJECT
    return tail.end if tail.closers else _if_begins(candidate, word, tail, language)


def _if_begins(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """A starter, or any other word after one that is no part of a name."""
    glued = GLUED_WORD.match(tail.rest)
    assert glued is not None
    if glued.end() == len(tail.rest) and not glued["end"] and not tail.complete:
        return HOLD
    if tail.next_word in language.starters and glued["end"]:
        return tail.end
    first = candidate.before.strip() == word
    prose = LOWER_WORD.fullmatch(word) and (word.islower() or first) and candidate.token == word
    return tail.end if prose and glued["end"] and tail.rest[1:2].islower() else REJECT
