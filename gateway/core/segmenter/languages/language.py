"""What the rules have to know of a language: words, as data.

A lower-case entry is meant however it is written, one with a capital as it stands ("Gen." is an abbreviation, "gen." is
not). Entries have no last dot; inner dots stay ("e.g", "z.B"), inner spaces do not.
"""

from dataclasses import dataclass
from enum import Enum


class Script(Enum):
    """What a language is written with: a class of letters, as in a regular expression."""

    LATIN = "A-Za-zÀ-ɏ"
    GREEK = "\u0370-\u03ff\u1f00-\u1fff"
    CYRILLIC = "\u0400-\u052f"
    HEBREW = "\u0590-\u05ff"
    ARABIC = "\u0600-\u06ff\u0750-\u077f"
    DEVANAGARI = "\u0900-\u097f"
    BENGALI = "\u0980-\u09ff"
    TAMIL = "\u0b80-\u0bff"
    MALAYALAM = "\u0d00-\u0d7f"
    KANA = "\u3040-\u30ff"
    HAN = "\u3400-\u4dbf\u4e00-\u9fff"


NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Language:
    scripts: tuple[Script, ...] = (Script.LATIN,)
    titles: frozenset[str] = NONE  # abbreviations that end no sentence: Dr., e.g.
    numbered: frozenset[str] = NONE  # words like any other, unless a number follows: No. 5, Fig. A, Dec. 31
    numbered_endings: tuple[str, ...] = ()  # the same for the ends of compounds: Goethestr. 5
    ambiguous: frozenset[str] = NONE  # end a sentence only before a starter: Inc., U.S., Jr.
    closing: frozenset[str] = NONE  # end one before any capital: etc., Ph.D., B.C.
    times: frozenset[str] = NONE  # the same: 5 p.m., 1995 r.
    time_openers: frozenset[str] = NONE  # but not if the sentence opens with them: At 5 p.m. Mr. Smith left
    after_times: frozenset[str] = NONE  # nor before time zones and weekdays
    starters: frozenset[str] = NONE  # capitalised words that begin sentences and are no names
    pronouns: frozenset[str] = NONE  # written with a capital inside sentences
    lettered: frozenset[str] = NONE  # a letter soon after them is a name, no initial: vitamin C, the answer is B
    exclaimed: frozenset[str] = NONE  # names that end in ! or ?
    clitics: frozenset[str] = NONE  # stand before the first word of a sentence, which has the capital: 's Morgens
    one_letter: frozenset[str] = NONE  # words that begin sentences; other lone letters are numbers: Fig. A
    elides: bool = False  # l'art. 5
    conjunctions: frozenset[str] = NONE  # join clauses
    prepositions: frozenset[str] = NONE  # begin phrases; not those that names are made with: of, von, de
    ordinal_dot: bool = False  # "3." is third
    ordinal_openers: frozenset[str] = NONE  # what follows one of them and a "3." is the thing counted
    capital_nouns: bool = False  # so the thing counted has a capital
    months: frozenset[str] = NONE  # with a capital, where other nouns have none
    syllabic_consonants: bool = False  # a word needs no vowel: krk, prst
    quoted_on: str = ""  # a pattern: what follows a quotation that the sentence goes on after
    quoted_look: int = 0  # the characters that it looks at


def words(*lists: str) -> frozenset[str]:
    return frozenset(word for part in lists for word in part.split())


def capitalized(*lists: str) -> frozenset[str]:
    return frozenset(word.capitalize() for word in words(*lists))


def contains(names: frozenset[str], word: str) -> bool:
    return word in names or word.lower() in names
