r"""What espeak is given to read, so that text is read as text. Pure.

Its commands are control characters (\x01 ...) and two unassigned code points of its own (U+0530, U+0557), so these,
private ones and lone surrogates become spaces, one for one.

What it has no name for it spells by its code, in some languages (Arabic, Bengali ...) with more sounds than its buffer
holds: that is Braille, left out here, and letters in circles, read as letters.

Its 1.52 release also writes past fixed buffers when dotted letters or suffixes go on and on (160 times "a.", 80 times
"s'" abort the process; fixed upstream in 2026, in no release that is packaged). So a line break, which it reads as
white space, is put in wherever they, or a word, go on for longer than language does.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
BRAILLE = frozenset(map(chr, range(0x2800, 0x2900)))
JOINER = re.compile(r"(?<=\w)[.'\u2019\u02bc]")  # full stop and apostrophes
NEAR = 4  # code points from one joiner to the next: they still belong together ("a.b. ")
MAX_JOINERS = 8  # "N.A.S.A.", "rock'n'roll'd've": eight in a chain are more than anyone writes
MAX_WORD = 50  # code points; about where espeak cuts a word itself
LONG_WORD = re.compile(rf"\w{{{MAX_WORD}}}(?=\w)")
BREAK = "\n"  # a space does not end its search for more dotted letters; a line break does


@dataclass(frozen=True, slots=True)
class Script:
    """text: for espeak; breaks: where in it line breaks were put in, ascending."""

    text: str
    breaks: tuple[int, ...]

    def source(self, position: int) -> int:
        """The offset in the text that we were given."""
        return position - bisect_left(self.breaks, position)


def write_script(text: str) -> Script:
    clean = "".join(map(_spoken, text))
    cuts = sorted({*_chain_cuts(clean), *(match.end() for match in LONG_WORD.finditer(clean))})
    parts = [clean[start:end] for start, end in pairwise([0, *cuts, len(clean)])]
    return Script(BREAK.join(parts), tuple(cut + count for count, cut in enumerate(cuts)))


def _spoken(character: str) -> str:
    """One character for one."""
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in NOT_TEXT or character in BRAILLE:
        return " "
    plain = unicodedata.normalize("NFKC", character) if category == "So" else character
    return plain if len(plain) == 1 else character


def _chain_cuts(text: str) -> Iterator[int]:
    chain, last = 0, -NEAR
    for joiner in JOINER.finditer(text):
        chain = chain + 1 if joiner.start() - last <= NEAR else 1
        last = joiner.start()
        if chain == MAX_JOINERS:
            yield joiner.end()
            chain = 0
