"""What the rules have to know of a language: words, as data.

A lower-case entry is meant however it is written, one with a capital as it stands ("Gen." is an abbreviation, "gen." is
not). Entries have no last dot; inner dots stay ("e.g", "z.B").
"""

from dataclasses import dataclass

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Language:
    titles: frozenset[str] = NONE  # abbreviations that end no sentence: Dr., e.g.
    numbered: frozenset[str] = NONE  # words like any other, unless a number follows: No. 5, Fig. A, Dec. 31
    numbered_endings: tuple[str, ...] = ()  # the same for the ends of compounds: Goethestr. 5
    ambiguous: frozenset[str] = NONE  # end a sentence only before a starter: Inc., U.S., Jr.
    times: frozenset[str] = NONE  # end one before most capitals: 5 p.m.
    time_openers: frozenset[str] = NONE  # but not if the sentence opens with them: At 5 p.m. Mr. Smith left
    after_times: frozenset[str] = NONE  # nor before time zones and weekdays
    starters: frozenset[str] = NONE  # capitalised words that begin sentences and are no names
    pronouns: frozenset[str] = NONE  # written with a capital inside sentences
    exclaimed: frozenset[str] = NONE  # names that end in ! or ?
    conjunctions: frozenset[str] = NONE  # join clauses
    ordinal_dot: bool = False  # "3." is third
    ordinal_openers: frozenset[str] = NONE  # what follows one of them and a "3." is the thing counted
    spaced_quotes: bool = False  # « ainsi »


def words(*lists: str) -> frozenset[str]:
    return frozenset(word for part in lists for word in part.split())


def capitalized(*lists: str) -> frozenset[str]:
    return frozenset(word.capitalize() for word in words(*lists))


def contains(names: frozenset[str], word: str) -> bool:
    return word in names or word.lower() in names
