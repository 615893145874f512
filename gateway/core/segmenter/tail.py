"""What follows a sentence mark: more marks, closing quotes, white space, and the next word as far as it is there."""

import re
from typing import NamedTuple

from gateway.core.segmenter.candidate import Candidate
from gateway.core.segmenter.characters import CLOSERS, CLOSERS_AFTER_MARK, NEWLINES, OPENERS, SPACES, TERMINATORS

SPACE = rf"[^\S{NEWLINES}]"
MARKS = rf"(?:[{SPACES}]?[{re.escape(TERMINATORS)}](?![^\W_]))*"  # "..." and ". . ." but not ". .NET"
CLOSER = rf"[{re.escape(CLOSERS + CLOSERS_AFTER_MARK)}]"
SPACED_CLOSER = rf"[{SPACES}][)\]}}]|[{SPACES}][»›](?=\s|\Z)|[{SPACES}]?\[\d{{1,3}}\]"

OWN = re.compile(rf"(?P<marks>{MARKS})(?:{CLOSER}|{SPACED_CLOSER})*[{re.escape(TERMINATORS)}]*")
NEXT = re.compile(rf"(?P<gap>{SPACE}*)(?P<lead>(?:[^\w\s]|_){{0,12}}){SPACE}{{0,2}}")
BEGUN = re.compile(rf"[{SPACES}]?(?:\[\d{{0,3}}|[»›])\Z")  # a footnote, or a quote that may close
SPACED_QUOTE = re.compile(rf"[{SPACES}]\"(?=\s|\Z)")
LETTERS = re.compile(r"[^\W\d_]+")


class Tail(NamedTuple):
    """marks, closers: what belongs to the sentence, up to `end` in the text; gap: white space; lead: signs before the
    next word; rest: from the next word on, as far as it is there. complete: no more of it will be seen. opens: the
    lead shows that a sentence or a quotation begins, whatever the next word is.
    """

    marks: str
    closers: str
    end: int
    gap: str
    lead: str
    rest: str
    complete: bool
    opens: bool

    @property
    def is_there(self) -> bool:
        """Whether the next word has begun, or never will."""
        return self.complete or self.rest != ""

    @property
    def first(self) -> str:
        """The first character of the next word; empty at the end of a line or text."""
        return self.rest[:1].strip()

    @property
    def next_word(self) -> str | None:
        """The letters of the next word, an initial with its dot; None: more text is needed."""
        letters = LETTERS.match(self.rest)
        if letters is None:
            return "" if self.is_there else None
        if letters.end() == len(self.rest) and not self.complete:
            return None
        word = letters.group()
        return self.rest[:2] if len(word) == 1 and self.rest[1:2] == "." else word


def read_tail(candidate: Candidate) -> Tail | None:
    """None: more text is needed to see where the next word begins."""
    after = candidate.after
    complete = candidate.sees_all(after)
    if after[:1] == " " and after[1:2].isalnum():  # nothing belongs to it; most are like that
        return Tail("", "", candidate.at + 1, " ", "", after[1:], complete, opens=False)
    # Everything in these patterns may be empty, so they always match and never go back far.
    own = OWN.match(after)
    assert own is not None
    end = own.end()
    if SPACED_QUOTE.match(after, end) and candidate.text.count('"', candidate.start, candidate.at) % 2:
        end += 2
    following = NEXT.match(after, end)
    assert following is not None
    gap, lead = following.group("gap", "lead")
    opens = bool(gap and lead) and _opens(candidate, lead[0])
    if not complete and ((following.end() == len(after) and not opens) or BEGUN.match(after, end)):
        return None
    rest = after[following.end() :]
    closers = after[own.end("marks") : end]
    return Tail(own["marks"], closers, candidate.at + 1 + end, gap, lead, rest, complete, opens)


def _opens(candidate: Candidate, sign: str) -> bool:
    if sign == '"':
        return candidate.text.count('"', candidate.start, candidate.at) % 2 == 0
    return sign in OPENERS
