"""How long a text is to speak: the one estimate, for the bounds of a piece and for the pacing.

The unit is a character of prose, about 1.25 phonemes (measured with espeak-ng: 1.16 to 1.36 in thirteen languages). A
digit is 6 to 8 phonemes, as in "1,234,567" and "192.168.0.1"; a sign that is read out ("slash", "at") 5 to 8, and so is
the dot in "example.com"; a Chinese character 5.5; a capital 2 to 3, since acronyms are spelled; a Japanese kana, a
Korean syllable or a Thai letter 2 to 3.
"""

import re

from gateway.core.segmenter.characters import HAN, KANA

PHONEMES = 1.25  # in a character of prose
WEIGHTS = (1, 7, 6, 5, 2)  # of a character of prose, and of those that the groups below find
HEAVIEST = max(WEIGHTS)
SYLLABLES = KANA + "\uac00-\ud7a3\u0e00-\u0eff"  # Korean; Thai and Lao
SIGNS = r"[@%$€£¥₹&/\\+=#_~^|<>*]+|(?<=\w[.:])[^\W\d]"
HEAVY = re.compile(rf"(\d+)|({SIGNS})|([{HAN}]+)|([A-Z{SYLLABLES}]+)")


def weigh(text: str) -> int:
    """In characters of prose."""
    return len(text) + sum((WEIGHTS[heavy.lastindex or 0] - 1) * len(heavy[0]) for heavy in HEAVY.finditer(text))
