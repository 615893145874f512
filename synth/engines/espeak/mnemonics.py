"""IPA in the words of an espeak voice. Pure.

espeak's phonemes have mnemonics of its own, and each language has its own set of them. What each stands for in IPA
is what espeak itself says when the voice is asked to speak it, so the table of a voice is the inverse of that; what it
does not have is the nearest in NEAR that it has, or left out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

# Neighbours and stress change a sound: "v" is an "f" before a "t", a last "ɪ" is an "i".
PLACES = ("%", "'%|t", "%|t", "a|%|a", "%|'a", "a|%|'a")
LONGEST_WORD = 60  # bytes of mnemonics: espeak's buffers take 160, and one word of a language has 30
NOT_ONE_SOUND = re.compile("[ˈˌ( ]")  # "(en)": spoken as English
STRESS = MappingProxyType({"ˈ": "'", "ˌ": ",", "'": "'"})
SOFT = "ʲ"
SPELLINGS = str.maketrans(
    {
        "g": "ɡ",
        ":": "ː",
        "ʦ": "ts",
        "ʣ": "dz",
        "ʧ": "tʃ",
        "ʤ": "dʒ",
        "ʨ": "tɕ",
        "ʥ": "dʑ",
    }
)
LEFT_OUT = re.compile("[\u035c\u0361.‿|ˑ\u032f\u200d/\\[\\]]")  # tie bars, syllables, links, non-syllabic marks
# The nearest sounds, nearest first. Those that no voice of ours lacks are not here.
NEAR: Mapping[str, str] = MappingProxyType(
    {
        "ɹ": "r ɾ ʁ", "r": "ɹ ɾ ʁ", "ɾ": "r ɹ d", "ʁ": "ʀ r ɹ", "ʀ": "ʁ r ɹ", "ɻ": "ɹ r", "ɽ": "ɾ r", "ɺ": "l r ɹ",
        "θ": "s t", "ð": "z d", "ʃ": "ʂ ɕ s", "ʒ": "ʐ ʑ z ʃ", "ʂ": "ʃ s", "ʐ": "ʒ z", "ɕ": "ʃ ʂ s", "ʑ": "ʒ ʐ z",
        "ç": "ɕ ʃ x h", "x": "χ h k", "χ": "x h", "ɣ": "ɡ x", "h": "x χ ɦ", "ɦ": "h x", "ħ": "h x", "ʕ": "ʔ ɡ",
        "β": "v b", "ɸ": "f", "ʋ": "v w", "v": "ʋ w f", "w": "ʋ v u", "ʍ": "w", "ɥ": "j y", "ʝ": "j", "ɟ": "dʒ dʑ ɡ",
        "c": "tʃ tɕ k", "q": "k", "ɢ": "ɡ", "ɡ": "k", "ɲ": "nj n", "ŋ": "n", "ɳ": "n", "ʎ": "lj l", "ɭ": "l", "ɬ": "l",
        "ɫ": "l",
        "ʈ": "t", "ɖ": "d", "z": "s", "dʒ": "dʐ dʑ dz d", "tʃ": "tʂ tɕ ts t", "tɕ": "tʃ tʂ ts", "dʑ": "dʒ dʐ dz",
        "p": "b", "b": "p", "d": "t", "f": "v",
        "ɪ": "i e", "i": "ɪ iː", "ɨ": "ɪ i", "ᵻ": "ɪ i", "ʏ": "y ɪ i", "y": "ʏ i u", "ʉ": "u y", "ʊ": "u o",
        "u": "ʊ uː",
        "ɯ": "u ɨ ɪ", "e": "ɛ eː eɪ", "ɛ": "e æ", "ø": "œ e ə", "œ": "ø ɛ ə", "ə": "ɐ ɜ ʌ a e", "ɘ": "ə", "ɵ": "ə ø o",
        "ɤ": "ʌ ə o", "o": "ɔ oː oʊ", "ɔ": "o ɒ", "ɒ": "ɔ ɑ a", "ɑ": "a ɒ ɑː", "a": "ɑ æ aː", "æ": "a ɛ", "ɐ": "ə a ʌ",
        "ʌ": "ɐ a ə", "ɜ": "ə ø œ ɛ", "ɚ": "əɹ ər ə", "ɝ": "ɜː ɜ ɚ ə", "ɞ": "ɜ ə",
        "oʊ": "əʊ ou o", "əʊ": "oʊ ou o", "eɪ": "ei e", "aɪ": "ai a", "aʊ": "au a", "ɔɪ": "oi ɔ",
    }
)  # fmt: skip


class Mnemonics:
    """The table of one voice."""

    def __init__(self, mnemonics: Iterable[str], transcribe: Callable[[str], str]) -> None:
        """mnemonics: of any language, the shortest of each sound first; transcribe: what the voice makes of them."""
        heard: Counter[tuple[str, str]] = Counter()
        for mnemonic in mnemonics:
            heard.update((sound, mnemonic) for place in PLACES if (sound := _hear(place, mnemonic, transcribe)))
        # Of those that make a sound the one that makes it in most places, rather a plain one than a variant.
        self._table: dict[str, str] = {}
        for sound, mnemonic in sorted(heard, key=lambda pair: -heard[pair] - pair[1].isalpha() - (pair[0] == pair[1])):
            self._table.setdefault(sound, mnemonic)
        if SOFT in transcribe("t|;|a"):  # a sign of its own in Russian and its like
            self._table.setdefault(SOFT, ";")
        self._longest = max(map(len, self._table), default=0)

    def encode(self, ipa: str) -> str:
        """Words parted by white space, none of them too long for espeak."""
        return " ".join(part for word in _normal(ipa).split() for part in self._words(word))

    def _words(self, word: str) -> list[str]:
        parts, at = [""], 0
        while at < len(word):
            said, length = self._next(word[at : at + self._longest])
            at += length
            if len(parts[-1]) + len(said) >= LONGEST_WORD:
                parts.append("")
            joined = parts[-1] and parts[-1][-1] not in "|'," and said not in ("", *STRESS.values())
            parts[-1] += ("|" if joined else "") + said
        return [part for part in parts if part.strip("|',")]

    def _next(self, ipa: str) -> tuple[str, int]:
        """The mnemonic of the longest sound that the IPA begins with, and its length in IPA."""
        if ipa[0] in STRESS:
            return STRESS[ipa[0]], 1
        for length in range(len(ipa), 0, -1):
            if (said := self._table.get(ipa[:length])) is not None:
                return said, length
        for length in (2, 1):
            if said := self._near(ipa[:length]):
                return said, length
        return "", 1

    def _near(self, ipa: str) -> str:
        for sounds in NEAR.get(ipa, "").split():
            known = [self._table.get(sounds)] if sounds in self._table else [self._table.get(sound) for sound in sounds]
            if None not in known:
                return "|".join(filter(None, known))
        return ""


def _hear(place: str, mnemonic: str, transcribe: Callable[[str], str]) -> str:
    """The sound of a mnemonic in this place; empty if it has none."""
    before, after = (_normal(transcribe(part)) if part.strip("'") else "" for part in place.split("%"))
    heard = _normal(transcribe(place.replace("%", mnemonic))).lstrip("ˈˌ")
    if not heard.startswith(before) or not heard.endswith(after):
        return ""
    sound = heard.removeprefix(before).removesuffix(after).strip("ˈˌ ")
    return "" if NOT_ONE_SOUND.search(sound) else sound


def _normal(ipa: str) -> str:
    """One spelling for each sound; letters with marks are taken apart, so that a mark which is unknown is left out."""
    return LEFT_OUT.sub("", unicodedata.normalize("NFD", ipa).translate(SPELLINGS))
