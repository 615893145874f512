"""What follows a sentence mark: more marks, closing quotes, white space, and the next word as far as it is there."""

import re
from dataclasses import dataclass

from gateway.core.segmenter.candidate import Candidate
from gateway.core.segmenter.characters import CLOSERS, GERMAN_CLOSER, NEWLINES, SPACES, TERMINATORS
from gateway.core.segmenter.languages import Language

SPACE = rf"[^\S{NEWLINES}]"
MARKS = rf"(?:[{SPACES}]?[{re.escape(TERMINATORS)}](?![^\W_]))*"  # "..." and ". . ." but not ". .NET"
CLOSER = rf"[{re.escape(CLOSERS + GERMAN_CLOSER)}]|[{SPACES}]?[)\]}}]|\[\d{{1,3}}\]"
NEXT = rf"(?P<gap>{SPACE}*)(?P<lead>(?:[^\w\s]|_){{0,12}}){SPACE}{{0,2}}"

TAIL = re.compile(rf"(?P<marks>{MARKS})(?P<closers>(?:{CLOSER})*){NEXT}")
TAIL_SPACED_QUOTES = re.compile(rf"(?P<marks>{MARKS})(?P<closers>(?:{CLOSER}|[{SPACES}]»)*){NEXT}")
FOOTNOTE_BEGUN = re.compile(r"\[\d{1,3}\Z")
LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Tail:
    """marks, closers: what belongs to the sentence, up to `end` in the text; gap: white space; lead: signs before the
    next word; rest: from the next word on, as far as it is there. complete: no more of it will be seen.
    """

    marks: str
    closers: str
    end: int
    gap: str
    lead: str
    rest: str
    complete: bool

    @property
    def first(self) -> str:
        """The first character of the next word; empty at the end of a line or text."""
        return self.rest[:1].strip()

    @property
    def next_word(self) -> str | None:
        """The letters of the next word, an initial with its dot; None: more text is needed."""
        letters = LETTERS.match(self.rest)
        if letters is None:
            return ""
        if letters.end() == len(self.rest) and not self.complete:
            return None
        word = letters.group()
        return self.rest[:2] if len(word) == 1 and self.rest[1:2] == "." else word


def read_tail(candidate: Candidate, language: Language) -> Tail | None:
    """None: more text is needed to see where the next word begins."""
    after = candidate.after
    complete = candidate.sees_all(after)
    # Everything in the pattern may be empty, so it always matches and never goes back.
    match = (TAIL_SPACED_QUOTES if language.spaced_quotes else TAIL).match(after)
    assert match is not None
    end = match.end("closers")
    if not complete and (match.end() == len(after) or FOOTNOTE_BEGUN.match(after, end)):
        return None
    marks, closers, gap, lead = match.group("marks", "closers", "gap", "lead")
    return Tail(marks, closers, candidate.at + 1 + end, gap, lead, after[match.end() :], complete)
