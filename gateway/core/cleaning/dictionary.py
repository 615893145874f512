"""How words are to be pronounced: a dictionary for a context, and what its entries match.

An entry matches its phrase as a word of its own: next to its first and last character stands no letter, digit or
underscore, unless that character is of a script that writes no spaces (Han, Kana, Thai ...) or no letter at all (C++).
Large and small letters are the same unless the entry says that they are not. The longest entry wins; of entries for the
same phrase the one that minds large and small letters, then the last.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.core.cleaning.parts import LONGEST_IPA
from gateway.errors import InvalidSetting

MOST_ENTRIES = 2_000  # ElevenLabs takes three dictionaries of 1,000 rules
LONGEST_PHRASE = 100  # characters; "Massachusetts Institute of Technology" has 37
LONGEST_ALIAS = 400

# They write words without spaces between them.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """phrase is said as alias, or as the sounds of ipa: one of them is given."""

    phrase: str
    alias: str = ""
    ipa: str = ""
    match_case: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The entry that matches at a place, and how many characters of the text it takes."""

    entry: Pronunciation
    length: int


class Dictionary:
    """Phrases in alphabetical order, each with the longest other one that it begins with.

    Of all phrases that a text begins with, the one that stands just before the text in that order begins with every
    other: so one search and a walk over a few finds them all, and a thousand entries cost little more than ten.
    """

    def __init__(self, entries: Iterable[Pronunciation]) -> None:
        """At least one entry. Raises InvalidSetting for those that cannot be."""
        self._exact: dict[str, Pronunciation] = {}
        self._folded: dict[str, Pronunciation] = {}
        for count, entry in enumerate(entries, 1):
            _check(entry, count)
            if entry.match_case:
                self._exact[entry.phrase] = entry
            else:
                self._folded[_fold(entry.phrase)] = entry
        self._phrases = sorted({*map(_fold, self._exact), *self._folded})
        self._shorter = _shorter(self._phrases)
        self._longest = max(map(len, self._phrases))
        self._places = _places({phrase[0] for phrase in self._phrases})

    def search(self, text: str, at: int) -> int:
        """The next place where a phrase might begin; the length of the text if there is none."""
        place = self._places.search(text, at)
        return place.start() if place else len(text)

    def find(self, text: str, at: int, *, ended: bool) -> Found | None:
        """The longest entry that begins at `at`, a place that was searched."""
        near = _fold(text[at : at + self._longest])
        place = bisect_right(self._phrases, near) - 1
        while place >= 0:
            phrase = self._phrases[place]
            if near.startswith(phrase) and may_part(text, at + len(phrase), ended=ended):
                entry = self._exact.get(text[at : at + len(phrase)]) or self._folded.get(phrase)
                if entry is not None:
                    return Found(entry, len(phrase))
            place = self._shorter[place]
        return None

    def may_begin(self, text: str, at: int) -> bool:
        """Whether text[at:] may be the beginning of a phrase, or all of it."""
        if len(text) - at > self._longest:
            return False
        near = _fold(text[at:])
        place = bisect_left(self._phrases, near)
        return place < len(self._phrases) and self._phrases[place].startswith(near)


def _shorter(phrases: Sequence[str]) -> list[int]:
    """For each of the sorted phrases the place of the longest other one that it begins with; -1: there is none."""
    found: list[int] = []
    open_: list[int] = []
    for place, phrase in enumerate(phrases):
        while open_ and not phrase.startswith(phrases[open_[-1]]):
            open_.pop()
        found.append(open_[-1] if open_ else -1)
        open_.append(place)
    return found


def _fold(text: str) -> str:
    """Small letters, as many as there were: a dotted capital I stays what it is."""
    folded = text.lower()
    if len(folded) == len(text):
        return folded
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _places(firsts: set[str]) -> re.Pattern[str]:
    """One of these characters, where a word may begin."""
    anyhow = {first for first in firsts if not is_spaced(first)}
    pattern = f"(?:(?<!\\w)|(?<={UNSPACED.pattern})){_any_of(firsts)}"
    return re.compile(f"{pattern}|{_any_of(anyhow)}" if anyhow else pattern)


def _any_of(characters: set[str]) -> str:
    return "[" + "".join(re.escape(case) for c in sorted(characters) for case in {c, c.upper()[:1]}) + "]"


def may_part(text: str, at: int, *, ended: bool) -> bool:
    """Whether a word may end between text[at - 1] and text[at]."""
    if at >= len(text):
        return ended
    return not (is_spaced(text[at - 1]) and is_spaced(text[at]))


def is_spaced(character: str) -> bool:
    """Of a word that white space would part from the next."""
    return (character.isalnum() or character == "_") and UNSPACED.match(character) is None


def _check(entry: Pronunciation, count: int) -> None:
    where = f"pronunciation {count}"
    if count > MOST_ENTRIES:
        raise InvalidSetting(f"more than {MOST_ENTRIES} pronunciations")
    if not entry.phrase.strip() or entry.phrase != entry.phrase.strip() or len(entry.phrase) > LONGEST_PHRASE:
        raise InvalidSetting(f"{where}: a phrase has 1 to {LONGEST_PHRASE} characters, without white space around it")
    if bool(entry.alias.strip()) == bool(entry.ipa.strip()):
        raise InvalidSetting(f"{where}: {entry.phrase!r} has either an alias or ipa")
    if len(entry.alias) > LONGEST_ALIAS or len(entry.ipa) > LONGEST_IPA:
        raise InvalidSetting(f"{where}: an alias has at most {LONGEST_ALIAS} characters, ipa {LONGEST_IPA}")
