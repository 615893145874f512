"""The one mark that has many meanings: "." after a word, an abbreviation, an initial, a number."""

import re

from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import APOSTROPHES, DASHES, IDEOGRAPHS, INVERTED_MARKS
from gateway.core.segmenter.languages import Language, contains
from gateway.core.segmenter.tail import Tail

IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
PLAIN_WORD = re.compile(r"[^\W\d_]{2,}|[^\w\s]?\d[\d,.:]*%?")
LONG_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.){1,4}[^\W\d_]{1,3}")  # U.S, Ph.D, i.v
ORDINAL = re.compile(r"\d{1,2}")
YEAR = re.compile(r"\d{4}")
NUMERAL = re.compile(r"[A-Z]|[IVXLC]{2,6}")
AFTER_APOSTROPHE = re.compile("['’]")
COUNT = re.compile(r"[\d.,:]*\d|[IVXLC]+|[a-zà-ÿа-я]{0,2}\d+")
SHORT = 3
LONGEST_TIME = 8  # words
SHORT_TIME = 4
CASELESS = re.compile(r"[\u0590-\u08ff\u0900-\u0dff]")
# No word has no vowel, so it is an abbreviation: "Bpk.", "Mgr.", "кв.".
NO_VOWEL = re.compile(
    r"[BCDFGHJKLMNPQRSTVWXZ]?[bcdfghjklmnpqrstvwxzçñßłšžčćřťďśźż]{1,3}|[БВГДЖЗКЛМНПРСТФХЦЧШЩ]?[бвгджзклмнпрстфхцчшщ]{1,3}"
)
# After "today." without white space: a word, and not a name that goes on ("fmt.Println(", "Foo.Bar.baz").
GLUED_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?P<end>[^\w.(@/\\-])?")
LOWER_WORD = re.compile(r"[^\W\d_]{3,}")


def full_stop(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if language.elides:
        word = AFTER_APOSTROPHE.split(word)[-1]
    if not tail.gap:
        spaced = candidate.before[-1:].isspace()  # I use .NET
        return Verdict.REJECT if spaced else _glued(candidate, word, tail, language)
    if tail.lead.startswith((",", ";", ":")) or _is_title(candidate, word, language):
        return Verdict.REJECT
    if len(word) == 1 and word.islower() and tail.first.isalpha():
        following = tail.next_word
        if following is None or following.endswith("."):  # "z. B.", "p. m."
            return Verdict.HOLD if following is None else Verdict.REJECT
    if tail.first.isdigit():
        return _before_number(candidate, word, tail, language)
    if tail.first.islower():
        return _before_lowercase(candidate, word, tail, language)
    return _before_capital(candidate, word, tail, language) if tail.first.isalpha() else Verdict.REJECT


def _is_title(candidate: Candidate, word: str, language: Language) -> bool:
    if contains(language.titles, word):
        return True
    whole = candidate.hyphenated
    return "-" in whole and contains(language.titles, whole)


def _glued(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """No white space: "3.14", "example.com", but also "your account.Let me see"."""
    known = contains(language.times, word) or contains(language.closing, word)
    whole = PLAIN_WORD.fullmatch(word) and not word[-1].isupper() and not contains(language.ambiguous, word)
    plain = whole or known
    if tail.lead:
        return tail.end if plain and tail.lead in INVERTED_MARKS and tail.first.isalpha() else Verdict.REJECT
    if IDEOGRAPH.match(tail.first) and IDEOGRAPH.match(word[-1:]):
        return tail.end
    if not plain or not tail.first.isupper():
        return Verdict.REJECT
    return tail.end if tail.closers else _if_begins(candidate, word, tail, language)


def _if_begins(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """A starter, or any other word after one that is no part of a name."""
    glued = GLUED_WORD.match(tail.rest)
    assert glued is not None
    if glued.end() == len(tail.rest) and not glued["end"] and not tail.complete:
        return Verdict.HOLD
    if tail.next_word in language.starters and glued["end"]:
        return tail.end
    first = candidate.before.strip() == word
    prose = LOWER_WORD.fullmatch(word) and (word.islower() or first) and candidate.token == word
    return tail.end if prose and glued["end"] and tail.rest[1:2].islower() else Verdict.REJECT


def _before_number(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.times, word) and _counted(candidate):
        return tail.end
    if contains(language.numbered, word) or word.endswith(language.numbered_endings):
        return Verdict.REJECT
    if language.ordinal_dot and ORDINAL.fullmatch(word) and not _is_cardinal(candidate, language):
        return Verdict.REJECT
    return Verdict.REJECT if _may_be_abbreviation(word, language) else tail.end


def _before_lowercase(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    """Goes on, unless the next word is a name like iPhone, or the writer uses no capitals at all."""
    if _may_be_abbreviation(word, language):
        return Verdict.REJECT
    if tail.lead[-1:] in APOSTROPHES and language.clitics:
        return _after_clitic(tail, language)
    if LONG_WORD.fullmatch(word) and candidate.fresh and candidate.before.islower():
        return Verdict.REJECT if contains(language.numbered, word) else tail.end
    if len(tail.rest) == 1 and not tail.complete:
        return Verdict.HOLD
    return tail.end if tail.rest[1:2].isupper() else Verdict.REJECT


def _after_clitic(tail: Tail, language: Language) -> Decision:
    """As in "It is late. 's Morgens": the capital comes one word later."""
    following = tail.next_word
    if following is None or (len(tail.rest) < len(following) + 2 and not tail.complete):
        return Verdict.HOLD
    capital = tail.rest[len(following) + 1 : len(following) + 2].isupper()
    return tail.end if following in language.clitics and capital else Verdict.REJECT


def _before_capital(candidate: Candidate, word: str, tail: Tail, language: Language) -> Decision:
    if contains(language.closing, word) or contains(language.closing, candidate.hyphenated):
        return tail.end
    if contains(language.times, word) and _counted(candidate):
        return _after_time(candidate, tail, language)
    initial = len(word) == 1 and word.isupper()  # "М. Горький", not "5 м."
    if not initial and contains(language.numbered, word):
        return _unless_numeral(tail, language)
    if CASELESS.match(tail.first) and _is_caseless_abbreviation(candidate, word):
        return Verdict.REJECT
    if language.ordinal_dot and ORDINAL.fullmatch(word):
        return tail.end if _is_cardinal(candidate, language) else _after_ordinal(candidate, tail, language)
    if len(word) == 1 and language.lettered.intersection(map(str.lower, candidate.words_before_that(2))):
        return tail.end
    return _if_starter(tail, language) if _may_be_abbreviation(word, language) else tail.end


def _is_caseless_abbreviation(candidate: Candidate, word: str) -> bool:
    """Where no capital tells: "जी.डी.पी.", and after another abbreviation what is as short: "ए. पी. जे."."""
    if not CASELESS.match(word):
        return False
    return "." in word or (len(word) <= SHORT and candidate.word_before_that.endswith("."))


def _counted(candidate: Candidate) -> bool:
    """Whether a number stands before the word: "5 p.m.", "1995 r.", "V w. p.n.e.", but not "г. Волгоград"."""
    before = candidate.word_before_that
    return before.endswith(".") or COUNT.fullmatch(before) is not None


def _is_cardinal(candidate: Candidate, language: Language) -> bool:
    """Whether the number is "Nr. 3", "Seite 3", "Goethestr. 3", and not the third of something."""
    before = candidate.word_before_that.rstrip(".")
    return contains(language.numbered, before) or (before.endswith(language.numbered_endings) and before != "")


def _may_be_abbreviation(word: str, language: Language) -> bool:
    """Known ones, initials, what is written with dots inside or without a vowel."""
    if contains(language.ambiguous, word) or contains(language.times, word):
        return True
    if len(word) == 1:
        return word.isalpha() and not word.islower()
    if DOTTED.fullmatch(word) or _is_regnal(word, language):
        return True
    return not language.syllabic_consonants and NO_VOWEL.fullmatch(word) is not None


def is_doubtful(word: str, language: Language) -> bool:
    """Whether a word and its dot may be no end: an abbreviation of any kind, a letter, a number other than a year."""
    tables = (language.titles, language.numbered, language.closing, language.times)
    if len(word) < 2 or any(contains(table, word) for table in tables):
        return True
    number = word[-1].isdigit() and not YEAR.fullmatch(word)
    return number or "." in word or _may_be_abbreviation(word, language)


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
    word = tail.rest[len(following) :].startswith(tuple(APOSTROPHES)) or following in language.one_letter
    return tail.end if word or NUMERAL.fullmatch(following) is None else Verdict.REJECT


def _after_time(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "At 5 a.m. Mr. Smith went", "He left at 6 p.m. Mr. Smith stayed", "10 p.m. Eastern"."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    if following in language.starters:
        return tail.end
    goes_on = following in language.after_times or tail.lead.startswith(tuple(DASHES))
    return Verdict.REJECT if goes_on or _opens(candidate, language) else tail.end


def _opens(candidate: Candidate, language: Language) -> bool:
    """Whether the sentence so far says only when: "At 5 a.m.", "9 września 2009 r.", "Już w 1926 r."."""
    said = candidate.before.lower().split()
    if len(said) <= SHORT_TIME and not language.time_openers.isdisjoint(said[:2]):
        return True
    return len(said) <= LONGEST_TIME and (said[0] in language.time_openers or said[0].isdecimal())


def _after_ordinal(candidate: Candidate, tail: Tail, language: Language) -> Decision:
    """As in "am 3. Oktober", "das 19. Jahrhundert", but "Er ist 19. Sie auch"."""
    following = tail.next_word
    if following is None:
        return Verdict.HOLD
    if candidate.word_before_that.lower() in language.ordinal_openers:
        return Verdict.REJECT
    counted = language.capital_nouns or following in language.months
    return Verdict.REJECT if counted and following not in language.starters else tail.end
