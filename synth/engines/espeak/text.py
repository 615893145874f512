r"""What espeak is given to read, so that text is read as text. Pure.

Its commands are control characters (\x01 ...) and two unassigned code points of its own (U+0530, U+0557), so these,
private ones and lone surrogates become spaces, one for one.

Its 1.52 release also writes past fixed buffers when a word stacks suffixes or dotted letters (80 times "s'", 160
times "a." abort the process; fixed upstream in 2026, in no release that is packaged). So no word that it gets has
more of these than language has, nor is any longer than what is a word anywhere: a space breaks it.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
SUSPECT = re.compile(r"\S{16,}")
JOINER = re.compile(r"(?<=\w)[.'\u2019\u02bc]")  # full stop and apostrophes
MAX_JOINERS = 8  # "N.A.S.A.", "rock'n'roll'd've": eight are more than anyone writes
MAX_WORD = 50  # code points; German law had one of 63, espeak's own limit is about 50


@dataclass(frozen=True, slots=True)
class Script:
    """text: for espeak; breaks: where in it spaces were put in, ascending."""

    text: str
    breaks: tuple[int, ...]

    def source(self, position: int) -> int:
        """The offset in the text that we were given."""
        return position - bisect_right(self.breaks, position)


def write_script(text: str) -> Script:
    clean = "".join(character if _is_text(character) else " " for character in text)
    cuts = [cut for run in SUSPECT.finditer(clean) for cut in _cuts(run[0], run.start())]
    edges = [0, *cuts, len(clean)]
    parts = [clean[start:end] for start, end in pairwise(edges)]
    return Script(" ".join(parts), tuple(cut + count for count, cut in enumerate(cuts)))


def _is_text(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in NOT_TEXT


def _cuts(run: str, offset: int) -> list[int]:
    cuts, start, joiners = [], 0, 0
    for position in range(1, len(run)):
        joiners += bool(JOINER.match(run, position - 1))
        if joiners >= MAX_JOINERS or position - start >= MAX_WORD:
            cuts.append(offset + position)
            start, joiners = position, 0
    return cuts
