"""The one mark that has many meanings: "." after a word, an abbreviation, an initial, a number."""

import re

from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import IDEOGRAPHS
from gateway.core.segmenter.languages import Language, contains
from gateway.core.segmenter.tail import LETTERS, Tail

IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
PLAIN_WORD = re.compile(r"[^\W\d_]{2,}|\d[\d,]*")
LONG_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.){1,4}[^\W\d_]{1,3}")  # U.S, Ph.D, i.v
ORDINAL = re.compile(r"\d{1,2}")
NUMERAL = re.compile(r"[A-Z]|[IVXLC]{2,6}")


def full_stop(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if not tail.gap:
        return _glued(word, tail, language)
    if tail.lead.startswith((",", ";", ":")) or contains(language.titles, word):
        return Verdict.REJECT
    if tail.first.isdigit():
        return _before_number(word, tail, language)
    if tail.first.islower():
        return _before_lowercase(candidate, word, tail, language)
    return _before_capital(candidate, word, tail, language) if tail.first.isalpha() else Verdict.REJECT


def _glued(word: str, tail: Tail, language: Language) -> Decision:
    """No white space: "3.14", "example.com", but also "your account.Let me see"."""
    if tail.lead:
        return Verdict.REJECT
    if IDEOGRAPH.match(tail.first) and IDEOGRAPH.match(word[-1:]):
        return tail.end
    plain = PLAIN_WORD.fullmatch(word) and not word[-1].isupper() and not contains(language.ambiguous, word)
    if not plain or not tail.first.isupper():
        return Verdict.REJECT
    return tail.end if tail.closers else _if_starter(tail, language)


def _before_number(word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.times, word):
        return tail.end
    if contains(language.numbered, word) or word.endswith(language.numbered_endings):
        return Verdict.REJECT
    if language.ordinal_dot and ORDINAL.fullmatch(word):
        return Verdict.REJECT
    return Verdict.REJECT if _may_be_abbreviation(word, language) else tail.end


def _before_lowercase(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """Goes on, unless the next word is a name like iPhone, or the writer uses no capitals at all."""
    if _may_be_abbreviation(word, language):
        return Verdict.REJECT
    if LONG_WORD.fullmatch(word) and candidate.fresh and candidate.before.islower():
        return Verdict.REJECT if contains(language.numbered, word) else tail.end
    if len(tail.rest) == 1 and not tail.complete:
        return Verdict.HOLD
    return tail.end if tail.rest[1:2].isupper() else Verdict.REJECT


def _before_capital(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.times, word):
        return _after_time(candidate, tail, language)
    if contains(language.numbered, word):
        return _unless_numeral(tail, language)
    if language.ordinal_dot and ORDINAL.fullmatch(word):
        return _after_ordinal(candidate, tail, language)
    return _if_starter(tail, language) if _may_be_abbreviation(word, language) else tail.end


def _may_be_abbreviation(word: str, language: Language) -> bool:
    """Known ones, initials, and what is written with dots inside."""
    if len(word) == 1:
        return word.isalpha()
    return contains(language.ambiguous, word) or DOTTED.fullmatch(word) is not None or _is_regnal(word, language)


def _is_regnal(word: str, language: Language) -> bool:
    """As in "Friedrich II. Preußen": only where ordinals have a dot."""
    return language.ordinal_dot and NUMERAL.fullmatch(word) is not None


def _if_starter(tail: Tail, language: Language) -> Decision:
    """A name may follow the abbreviation, a pronoun or an article begins a sentence."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    return tail.end if following in language.starters else Verdict.REJECT


def _unless_numeral(tail: Tail, language: Language) -> Decision:
    """As in "Fig. A", "Vol. IV", but "It was in Fig. Then"."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    numeral = NUMERAL.fullmatch(following) is not None and following not in language.pronouns
    return Verdict.REJECT if numeral else tail.end


def _after_time(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "At 5 a.m. Mr. Smith went", "He left at 6 p.m. Mr. Smith stayed", "10 p.m. Eastern"."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    if following in language.starters:
        return tail.end
    opening = next(iter(LETTERS.findall(candidate.before)), "").lower()
    if following in language.after_times or opening in language.time_openers:
        return Verdict.REJECT
    return tail.end


def _after_ordinal(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "am 3. Oktober", "das 19. Jahrhundert", but "Er ist 19. Sie auch"."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    if following in language.starters:
        opened = candidate.word_before_that.lower() in language.ordinal_openers
        return Verdict.REJECT if opened else tail.end
    return Verdict.REJECT if language.starters else tail.end
