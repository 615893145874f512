"""What a word before a dot may be: an abbreviation of which kind, an initial, a number, a time."""

import re

from gateway.core.segmenter.candidate import Candidate
from gateway.core.segmenter.languages import Language, contains

DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.){1,4}[^\W\d_]{1,3}")  # U.S, Ph.D, i.v
NUMERAL = re.compile(r"[A-Z]|[IVXLC]{2,6}")
YEAR = re.compile(r"\d{4}")
COUNT = re.compile(r"[\d.,:]*\d|[IVXLC]+|[a-zà-ÿа-я]{0,2}\d+")
CASELESS = re.compile(r"[\u0590-\u08ff\u0900-\u0dff]")
LONGEST_INITIAL = 3  # in letters and vowel signs, where no capital tells
# No word has no vowel, so it is an abbreviation: "Bpk.", "Mgr.", "кв.".
NO_VOWEL = re.compile(
    r"[BCDFGHJKLMNPQRSTVWXZ]?[bcdfghjklmnpqrstvwxzçñßłšžčćřťďśźż]{1,3}|[БВГДЖЗКЛМНПРСТФХЦЧШЩ]?[бвгджзклмнпрстфхцчшщ]{1,3}"
)
LONGEST_TIME = 8  # words that say when and no more
SHORT_TIME = 4


def is_title(candidate: Candidate, word: str, language: Language) -> bool:
    return contains(language.titles, word) or contains(language.titles, candidate.hyphenated)


def may_be_abbreviation(word: str, language: Language) -> bool:
    """Known ones, initials, what is written with dots inside or without a vowel."""
    if contains(language.ambiguous, word) or contains(language.times, word):
        return True
    if len(word) == 1:
        return word.isalpha() and not word.islower()
    if DOTTED.fullmatch(word) or _is_regnal(word, language):
        return True
    return not language.syllabic_consonants and NO_VOWEL.fullmatch(word) is not None


def is_unit(candidate: Candidate, word: str) -> bool:
    """Whether the word has no vowel and follows a number: "$410 mn.", "5 km."."""
    return (
        NO_VOWEL.fullmatch(word) is not None and COUNT.fullmatch(candidate.word_before_that.lstrip("$€£¥")) is not None
    )


def is_doubtful(word: str, language: Language) -> bool:
    """Whether a word and its dot may be no end: an abbreviation of any kind, a letter, a number other than a year."""
    tables = (language.titles, language.numbered, language.closing, language.times)
    if len(word) < 2 or any(contains(table, word) for table in tables):
        return True
    number = word[-1].isdigit() and not YEAR.fullmatch(word)
    return number or "." in word or may_be_abbreviation(word, language)


def _is_regnal(word: str, language: Language) -> bool:
    """As in "Friedrich II. Preußen": only where ordinals have a dot."""
    return language.ordinal_dot and NUMERAL.fullmatch(word) is not None


def is_caseless_abbreviation(candidate: Candidate, word: str) -> bool:
    """Where no capital tells: "जी.डी.पी.", and after another abbreviation what is as short: "ए. पी. जे."."""
    if not CASELESS.match(word):
        return False
    return "." in word or (len(word) <= LONGEST_INITIAL and candidate.word_before_that.endswith("."))


def is_counted(candidate: Candidate) -> bool:
    """Whether a number stands before the word: "5 p.m.", "1995 r.", "V w. p.n.e.", but not "г. Волгоград"."""
    before = candidate.word_before_that
    return before.endswith(".") or COUNT.fullmatch(before) is not None


def is_cardinal(candidate: Candidate, language: Language) -> bool:
    """Whether the number is "Nr. 3", "Seite 3", "Goethestr. 3", and not the third of something."""
    before = candidate.word_before_that.rstrip(".")
    return contains(language.numbered, before) or (before.endswith(language.numbered_endings) and before != "")


def says_only_when(candidate: Candidate, language: Language) -> bool:
    """Whether the sentence so far says only when: "At 5 a.m.", "9 września 2009 r.", "Już w 1926 r."."""
    said = candidate.before.lower().split()
    if len(said) <= SHORT_TIME and not language.time_openers.isdisjoint(said[:2]):
        return True
    return len(said) <= LONGEST_TIME and (said[0] in language.time_openers or said[0].isdecimal())
