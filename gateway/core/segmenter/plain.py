"""What most places are, told at a glance: "It is plain. Then", "since it is plain, we", "it is plain because".

The rules say the same of them, and take three times as long. None: ask the rules.
"""

import re

from gateway.core.segmenter.candidate import HOLD, LOOK_AHEAD, LOOK_BACK, REJECT, Cut, Verdict
from gateway.core.segmenter.characters import PAIRS
from gateway.core.segmenter.draft import Draft
from gateway.core.segmenter.languages import KNOWN, Language
from gateway.core.segmenter.piece import CLAUSE, SENTENCE

VOWELS = frozenset("aeouyàáâãäåæèéêëòóôõöøùúûüаеёоуыэюя")  # no i: it is in numerals, too
OPENERS = re.compile(rf"[{re.escape(''.join(pair[0] for pair in PAIRS))}\"“„]")
SHORTEST_CASELESS = 4

# Below 10 to 20 tokens Kokoro's prosody is weak, and "Yes," is no breath of its own.
SHORTEST = 18
FEWEST_WORDS = 4
SHORTEST_BEFORE_CONJUNCTION = 32


def dot(draft: Draft, text: str, at: int, *, ended: bool) -> Cut | Verdict | None:
    """A full stop: after a word that no table has and that looks like no abbreviation."""
    word = text[max(draft.sentence, at - LOOK_BACK) : at].rpartition(" ")[2]
    if not _is_plain(word) or "`" in text:
        return None
    if at + 1 == len(text):
        return REJECT if ended else HOLD
    following = text[at + 2 : at + 3]
    return (at + 1, SENTENCE) if text[at + 1] == " " and following.isalpha() and not following.islower() else None


def _is_plain(word: str) -> bool:
    small = word.lower()
    if not word.isalpha() or small in KNOWN:
        return False
    if word[1:].islower():
        return not VOWELS.isdisjoint(word)
    return len(word) >= SHORTEST_CASELESS and small == word.upper()


def comma(draft: Draft, text: str, at: int, *, ended: bool) -> Cut | Verdict | None:
    """The end of a clause: between words, outside of brackets and quotes, and not too early."""
    spoken = text[draft.start : at].strip()
    if len(spoken) + 1 < SHORTEST or len(spoken.split()) < FEWEST_WORDS:
        return REJECT
    if at + 1 == len(text):
        return REJECT if ended else HOLD
    plain = text[at + 1] == " " and text[at + 2 : at + 3].isalpha() and spoken[-1].isalpha()
    return (at + 1, CLAUSE) if plain and OPENERS.search(spoken) is None else None


def space(draft: Draft, text: str, at: int, language: Language) -> Cut | Verdict | None:
    """Between a clause that is long and a conjunction, outside of brackets and quotes."""
    if at - draft.start < SHORTEST_BEFORE_CONJUNCTION:
        return REJECT
    word, follows, _ = text[at + 1 : at + LOOK_AHEAD].partition(" ")
    if not follows:
        return None
    if word not in language.conjunctions:
        return REJECT
    spoken = text[draft.start : at].strip()
    last = spoken[-LOOK_BACK:].rpartition(" ")[2]
    plain = len(spoken) >= SHORTEST_BEFORE_CONJUNCTION and last.isalpha() and last not in language.conjunctions
    return (at, CLAUSE) if plain and OPENERS.search(spoken) is None else None
