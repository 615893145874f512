"""What most marks are, told at a glance: "It is plain. Then", "since it is plain, we".

The rules say the same of them, and take three times as long.
"""

import re

from gateway.core.segmenter.candidate import LOOK_BACK
from gateway.core.segmenter.characters import COMMAS, PAIRS
from gateway.core.segmenter.languages import Language, contains, language_of

VOWELS = frozenset("aeouyàáâãäåæèéêëòóôõöøùúûüаеёоуыэюя")  # no i: it is in numerals, too
OPENERS = re.compile(rf"[{re.escape(''.join(pair[0] for pair in PAIRS))}\"“„]")

# Below 10 to 20 tokens Kokoro's prosody is weak, and "Yes," is no breath of its own.
SHORTEST = 18
FEWEST_WORDS = 4


def ends_sentence(text: str, start: int, at: int, language: Language) -> bool:
    """Whether text[at] is a full stop after a word that no table has and that looks like no abbreviation."""
    if text[at] != "." or text[at + 1 : at + 2] != " " or not text[at + 2 : at + 3].isupper():
        return False
    word = text[max(start, at - LOOK_BACK) : at].rpartition(" ")[2]
    if not word.isalpha() or not word[1:].islower() or VOWELS.isdisjoint(word) or text.find("`", start, at) >= 0:
        return False
    return not contains(language_of(word, language).known, word)


def ends_clause(text: str, start: int, at: int) -> bool:
    """Whether text[at] is a comma between words, outside of brackets and quotes, and not too early."""
    if text[at] not in COMMAS or text[at + 1 : at + 2] != " " or not text[at + 2 : at + 3].isalpha():
        return False
    spoken = text[start:at].strip()
    long_enough = len(spoken) + 1 >= SHORTEST and len(spoken.split()) >= FEWEST_WORDS
    return long_enough and spoken[-1].isalpha() and OPENERS.search(spoken) is None
