"""One place where a piece might end, and what stands before it."""

import re
from enum import Enum, auto
from typing import NamedTuple

from gateway.core.segmenter.characters import APOSTROPHES, BEFORE_WORDS, SPACES
from gateway.core.segmenter.piece import Boundary

# What a rule may see around a candidate; then it has to decide. This bounds the time that one candidate can cost.
LOOK_AHEAD = 64
LOOK_BACK = 40

NO_WORD_CHARACTER = re.compile(rf"[{re.escape(BEFORE_WORDS)}]")
BEFORE_HYPHENATED = re.compile(rf"[{re.escape(BEFORE_WORDS.replace('-', ''))}]")
SPACED_LETTERS = re.compile(rf"(?:\b[^\W\d_]\.[{SPACES}]?){{1,3}}[^\W\d_]\Z")  # "z. B", "p. m"
LONGEST_SPACED = 10
NO_SPACES = dict.fromkeys(map(ord, SPACES))


class Verdict(Enum):
    REJECT = auto()  # no end here, whatever follows
    HOLD = auto()  # the next characters will tell


REJECT, HOLD = Verdict
Decision = int | Verdict  # a number: the piece ends there
Cut = tuple[int, Boundary]  # where it ends, and why


class Candidate(NamedTuple):
    """text[at] may end the piece that begins at start.

    ended: nothing follows the text. fresh: the piece begins a sentence, not the rest of one.
    """

    text: str
    start: int
    at: int
    ended: bool
    fresh: bool

    @property
    def mark(self) -> str:
        return self.text[self.at]

    @property
    def before(self) -> str:
        return self.text[self.start : self.at]

    @property
    def after(self) -> str:
        return self.text[self.at + 1 : self.at + 1 + LOOK_AHEAD]

    def sees_all(self, after: str) -> bool:
        """Whether `after` is all that this candidate will ever see."""
        return self.ended or len(after) == LOOK_AHEAD

    def is_inside(self, pair: str) -> bool:
        opening, closing = pair[0], pair[1]
        return self.text.count(opening, self.start, self.at) > self.text.count(closing, self.start, self.at)

    @property
    def token(self) -> str:
        """What stands before the mark, back to the white space."""
        return self._words(1)[-1]

    @property
    def word(self) -> str:
        """The word that the mark follows directly; a spaced abbreviation ("z. B.") without its spaces."""
        token = self.token
        if token.isalpha() and len(token) > 1:  # most are like that
            return token
        word = NO_WORD_CHARACTER.split(token)[-1].lstrip(APOSTROPHES)
        near = self.text[max(self.start, self.at - LONGEST_SPACED) : self.at]
        if len(word) == 1 and (letters := SPACED_LETTERS.search(near)):
            return letters.group().translate(NO_SPACES)
        return word

    @property
    def hyphenated(self) -> str:
        """The same with the parts that hyphens join to it: "c.-à-d", "д-р"; empty if none does."""
        if "-" not in self.text[max(self.start, self.at - LOOK_BACK) : self.at]:
            return ""
        whole = BEFORE_HYPHENATED.split(self.token)[-1]
        return whole if "-" in whole else ""

    @property
    def word_before_that(self) -> str:
        return self.words_before_that(1)[-1]

    def words_before_that(self, count: int) -> list[str]:
        """The last of them; one that is empty if there is none."""
        return self._words(count + 1)[-1 - count : -1] or [""]

    def _words(self, count: int) -> list[str]:
        """The last ones before the mark, after the rest; one that is empty if there is none."""
        return self.text[max(self.start, self.at - LOOK_BACK) : self.at].rsplit(None, count) or [""]
