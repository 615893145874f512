"""Where a clause that is not complete yet may be broken, if the listener would hear silence otherwise.

Chinks and chunks (Liberman and Church, 1992): a phrase begins where a word of content is followed by a small word, as
in "I think | that the meeting | was moved | to Thursday".
"""

import re

from gateway.core.segmenter.languages import Language

FEWEST_WORDS = 3
SHORTEST = 18
SPACE = re.compile(r"(?<=\S)(?<!\d)\s+(?=\S)|(?<=\S)\s+(?=\D)|(?<=[^\W\d])\s+\Z")  # not the one in "10 000"
NEXT_WORD = re.compile(r"\s*([^\W\d_]+)(?=\W)")  # a complete one


def last_group(text: str, language: Language) -> int | None:
    """Where the last group of words ends of those that are complete; None: there are too few words."""
    places = [match.start() for match in SPACE.finditer(text) if _is_enough(text[: match.start()], language)]
    phrases = [place for place in places if _begins_phrase(text, place, language)]
    return max(phrases or places, default=None)


def _is_enough(group: str, language: Language) -> bool:
    words = group.split()
    return len(group.strip()) >= SHORTEST and len(words) >= FEWEST_WORDS and not _is_small(words[-1], language)


def _begins_phrase(text: str, place: int, language: Language) -> bool:
    following = NEXT_WORD.match(text, place)
    return following is not None and _is_small(following[1], language)


def _is_small(word: str, language: Language) -> bool:
    """Articles, prepositions, pronouns, conjunctions: the words that begin sentences."""
    return word in language.conjunctions or word.capitalize() in language.starters
