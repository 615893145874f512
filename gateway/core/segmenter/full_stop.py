"""The one mark that has many meanings: "." after a word, an abbreviation, an initial, a number."""

import re

from gateway.core.segmenter.abbreviations import (
    NUMERAL,
    is_cardinal,
    is_caseless_abbreviation,
    is_counted,
    is_title,
    is_unit,
    may_be_abbreviation,
    says_only_when,
)
from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Decision
from gateway.core.segmenter.characters import APOSTROPHES, DASHES
from gateway.core.segmenter.glued import glued_stop
from gateway.core.segmenter.languages import Language, contains
from gateway.core.segmenter.tail import Tail

LONG_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
ORDINAL = re.compile(r"\d{1,2}")
AFTER_APOSTROPHE = re.compile("['’]")
ARMENIAN_PAUSE = re.compile(r"[\u0531-\u0587]\Z")  # before a quotation their dot is what elsewhere is a colon


def full_stop(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if language.elides:
        word = AFTER_APOSTROPHE.split(word)[-1]
    if not tail.gap:
        spaced = candidate.before[-1:].isspace()  # I use .NET
        return REJECT if spaced else glued_stop(candidate, word, tail, language)
    if is_title(candidate, word, language) or _leads_on(candidate, word, tail):
        return REJECT
    if tail.opens:
        return _before_capital(candidate, word, tail, language)
    if len(word) == 1 and word.islower() and tail.first.isalpha():
        following = tail.next_word
        if following is None or following.endswith("."):  # "z. B.", "p. m."
            return HOLD if following is None else REJECT
    if tail.first.isdigit():
        return _before_number(candidate, word, tail, language)
    if tail.first.islower():
        return _before_lowercase(candidate, word, tail, language)
    return _before_capital(candidate, word, tail, language) if tail.first.isalpha() else REJECT


def _leads_on(candidate: Candidate, word: str, tail: Tail) -> bool:
    """Into a clause, into the rest of what is quoted: «Да, – сказал он. – Завтра», in Armenian into a quotation."""
    quoted = tail.lead.startswith(tuple(DASHES)) and candidate.is_inside("«»")
    return quoted or tail.lead.startswith((",", ";", ":")) or (tail.opens and ARMENIAN_PAUSE.search(word) is not None)


def _before_number(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.times, word) and is_counted(candidate):
        return tail.end
    if contains(language.numbered, word) or word.endswith(language.numbered_endings):
        return REJECT
    if language.ordinal_dot and ORDINAL.fullmatch(word) and not is_cardinal(candidate, language):
        return REJECT
    return REJECT if may_be_abbreviation(word, language) else tail.end


def _before_lowercase(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """Goes on, unless the next word is a name like iPhone, or the writer uses no capitals at all."""
    if may_be_abbreviation(word, language):
        return REJECT
    if tail.lead[-1:] in APOSTROPHES and language.clitics:
        return _after_clitic(tail, language)
    if LONG_WORD.fullmatch(word) and candidate.fresh and candidate.before.islower():
        return REJECT if contains(language.numbered, word) else tail.end
    if len(tail.rest) == 1 and not tail.complete:
        return HOLD
    return tail.end if tail.rest[1:2].isupper() else REJECT


def _after_clitic(tail: Tail, language: Language) -> Decision:
    """As in "It is late. 's Morgens": the capital comes one word later."""
    following = tail.next_word
    if following is None or (len(tail.rest) < len(following) + 2 and not tail.complete):
        return HOLD
    capital = tail.rest[len(following) + 1 : len(following) + 2].isupper()
    return tail.end if following in language.clitics and capital else REJECT


def _before_capital(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.closing, word) or contains(language.closing, candidate.hyphenated):
        return tail.end
    if contains(language.times, word) and is_counted(candidate):
        return _after_time(candidate, tail, language)
    initial = len(word) == 1 and word.isupper()  # "М. Горький", not "5 м."
    if not initial and contains(language.numbered, word):
        return _unless_numeral(tail, language)
    if is_caseless_abbreviation(candidate, word):
        return REJECT
    if language.ordinal_dot and ORDINAL.fullmatch(word):
        return tail.end if is_cardinal(candidate, language) else _after_ordinal(candidate, tail, language)
    if len(word) == 1 and language.lettered.intersection(map(str.lower, candidate.words_before_that(2))):
        return tail.end
    doubtful = may_be_abbreviation(word, language) and not is_unit(candidate, word)
    return _if_starter(tail, language) if doubtful else tail.end


def _if_starter(tail: Tail, language: Language) -> Decision:
    """A name may follow the abbreviation, a pronoun or an article begins a sentence."""
    following = tail.next_word
    if following is None:
        return HOLD
    return tail.end if following in language.starters else REJECT


def _unless_numeral(tail: Tail, language: Language) -> Decision:
    """As in "Fig. A", "Vol. IV", but "It was in Fig. Then"."""
    if tail.rest[1:2].islower():
        return tail.end
    following = tail.next_word
    if following is None:
        return HOLD
    word = tail.rest[len(following) :].startswith(tuple(APOSTROPHES)) or following in language.one_letter
    return tail.end if word or NUMERAL.fullmatch(following.rstrip(".")) is None else REJECT


def _after_time(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "At 5 a.m. Mr. Smith went", "He left at 6 p.m. Mr. Smith stayed", "10 p.m. Eastern"."""
    following = tail.next_word
    only_when = says_only_when(candidate, language)
    if following is None:
        known = only_when or not tail.rest or any(word.startswith(tail.rest) for word in language.after_times)
        return HOLD if known else _unless_dash(tail)
    if following in language.starters:
        return tail.end
    return REJECT if only_when or following in language.after_times else _unless_dash(tail)


def _unless_dash(tail: Tail) -> Decision:
    """As in "Athina Film w 1912 r., a w 1916 r. – Asty Film"."""
    return REJECT if tail.lead.startswith(tuple(DASHES)) else tail.end


def _after_ordinal(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "am 3. Oktober", "das 19. Jahrhundert", but "Er ist 19. Sie auch"."""
    following = tail.next_word
    if following is None:
        return HOLD
    if candidate.word_before_that.lower() in language.ordinal_openers:
        return REJECT
    counted = language.capital_nouns or following in language.months
    return REJECT if counted and following not in language.starters else tail.end
