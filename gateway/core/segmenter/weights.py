"""How long a text is to speak: the one estimate, for the bounds of a piece and for the pacing.

The unit is a character of prose, about 1.25 phonemes (measured with espeak-ng: 1.16 to 1.36 in thirteen languages). A
digit is 6 to 8 phonemes, as in "1,234,567" and "192.168.0.1"; a sign that is read out ("slash", "at") 5 to 8, and so is
the dot in "example.com"; a Chinese character 5.5; a capital 2 to 3, since acronyms are spelled; a Japanese kana, a
Korean syllable or a Thai letter 2 to 3.
"""

import re
from collections.abc import Iterator

from gateway.core.segmenter.characters import HAN, KANA

PHONEMES = 1.25  # in a character of prose
WEIGHTS = (7, 6, 6, 5, 2)  # of the characters that the groups below find
HEAVIEST = max(WEIGHTS)
SYLLABLES = KANA + "\uac00-\ud7a3\u0e00-\u0eff"  # Korean; Thai and Lao
SIGNS = r"@%$€£¥₹&/\\+=#_~^|<>*"
LIGHT = rf"A-Z{SYLLABLES}"
# One set of characters first: so prose is passed over as fast as it can be. Each group is a run without its first
# character; the last character of the match ends the run. A dot is no heavier than others, but the letter after it.
HEAVY = re.compile(
    rf"[.:\d{SIGNS}{HAN}{LIGHT}]"
    rf"(?:(?<=\d)(\d*)|(?<=[{SIGNS}])([{SIGNS}]*)|(?<=\w[.:])()[^\W\d]|(?<=[{HAN}])([{HAN}]*)|(?<=[{LIGHT}])([{LIGHT}]*))"
)
# The rest weighs 3 at most: a dot and a letter weigh 6.
HEAVIER = re.compile(rf"[\d{SIGNS}{HAN}]")
MOST_OF_LIGHT = 3


def heavy_runs(text: str) -> Iterator[tuple[int, int, int]]:
    """Of characters that are heavier than others: from where to where, and what each weighs."""
    for heavy in HEAVY.finditer(text):
        group, last = heavy.lastindex or 1, heavy.end()
        yield last - len(heavy[group]) - 1, last, WEIGHTS[group - 1]


def weigh(text: str) -> int:
    """In characters of prose."""
    weight = len(text)
    for heavy in HEAVY.finditer(text):
        group = heavy.lastindex or 1
        weight += (len(heavy[group]) + 1) * (WEIGHTS[group - 1] - 1)
    return weight
