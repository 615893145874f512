"""Where a clause that is not complete yet, or takes too long to make, may be broken if the listener would hear silence.

Chinks and chunks (Liberman and Church, 1992): a phrase begins where a word of content is followed by a small word, as
in "I think | that the meeting | was moved | to Thursday".
"""

import re

from gateway.core.segmenter.characters import COMMAS
from gateway.core.segmenter.languages import Language, find_language
from gateway.core.segmenter.weights import weigh

FEWEST_WORDS = 3
SHORTEST = 18
# The same of a clause that is complete, and of what is left of it: a word alone is badly spoken.
FEWEST_OF_CLAUSE = 2
SHORTEST_OF_CLAUSE = 12
SHORTEST_REST = 8
SHORTEST_TO_COMMA = 10
SPACE = re.compile(r"(?<=\S)(?<!\d)\s+(?=\S)|(?<=\S)\s+(?=\D)|(?<=[^\W\d])\s+\Z")  # not the one in "10 000"
NEXT_WORD = re.compile(r"\s*([^\W\d_]+)(?=\W)")  # a complete one
COMMA = re.compile(rf"[^\W\d][{re.escape(COMMAS)}]\Z")
PLAIN_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\Z")


def last_group(text: str, language: Language) -> int | None:
    """Where the last group of words ends of those that are complete; None: there are too few words."""
    places = [match.start() for match in SPACE.finditer(text) if _is_enough(text[: match.start()], language)]
    phrases = [place for place in places if _begins_phrase(text, place, language)]
    return max(phrases or places, default=None)


def fitting_group(text: str, least: float, most: float, tag: str, *, loose: bool = False) -> int | None:
    """Where a phrase of a complete clause ends: the last between `least` and `most` characters of prose, or the next.

    None: nowhere. tag: of the language, BCP 47. Stricter than above, since nobody has to break a clause that is there:
    after a comma, or between a word of content and a conjunction or preposition, but never inside "Romeo and Juliet"
    or "Paris, France". loose: where none of these fits, also behind an early comma, or before any small word, as in
    "Your parcel left | the warehouse".
    """
    places = [match.start() for match in SPACE.finditer(text)]
    phrases = [place for place in places if _ends_phrase(text, place, tag)]
    loosely = [place for place in places if loose and _ends_phrase(text, place, tag, loose=True)]
    for ends in (phrases, loosely):
        if fitting := [place for place in ends if least <= weigh(text[:place]) <= most]:
            return max(fitting)
    return min((place for place in (*phrases, *loosely) if weigh(text[:place]) >= least), default=None)


def _ends_phrase(text: str, place: int, tag: str, *, loose: bool = False) -> bool:
    words, rest = text[:place].split(), text[place:].split()
    following, shortest_rest = NEXT_WORD.match(text, place), SHORTEST_OF_CLAUSE if loose else SHORTEST_REST
    if following is None or len(text) - place < shortest_rest or min(len(words), len(rest)) < FEWEST_OF_CLAUSE:
        return False
    comma = COMMA.search(words[-1]) is not None
    if words[-1][0].isupper() and rest[not comma][0].isupper():
        return False
    language, length = find_language(tag), len(text[:place].strip())
    if length < (SHORTEST_TO_COMMA if loose and comma else SHORTEST_OF_CLAUSE):
        return False
    content = PLAIN_WORD.match(words[-1]) and not _is_small(words[-1], language)
    links = _is_small if loose else _links
    return comma or (bool(content) and links(following[1], language))


def _links(word: str, language: Language) -> bool:
    """Conjunctions and prepositions; of a language without a list of these, all small words."""
    if language.prepositions:
        return word in language.prepositions or word in language.conjunctions
    return _is_small(word, language)


def _is_enough(group: str, language: Language) -> bool:
    words = group.split()
    return len(group.strip()) >= SHORTEST and len(words) >= FEWEST_WORDS and not _is_small(words[-1], language)


def _begins_phrase(text: str, place: int, language: Language) -> bool:
    following = NEXT_WORD.match(text, place)
    return following is not None and _is_small(following[1], language)


def _is_small(word: str, language: Language) -> bool:
    """Articles, prepositions, pronouns, conjunctions: the words that begin sentences."""
    return word in language.conjunctions or word.capitalize() in language.starters
