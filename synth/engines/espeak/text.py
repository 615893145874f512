r"""What espeak is given to read, so that text is read as text, and phonemes as phonemes. Pure.

Its commands are control characters (\x01 ...) and two unassigned code points of its own (U+0530, U+0557), so these,
private ones and lone surrogates become spaces, one for one.

What it has no name for it spells by its code, in some languages (Arabic, Bengali ...) with more sounds than its buffer
holds: that is Braille, left out here, and letters in circles, read as letters.

Its 1.52 release also writes past fixed buffers when dotted letters or suffixes go on and on (160 times "a.", 80 times
"s'" abort the process; fixed upstream in 2026, in no release that is packaged). So a line break, which it reads as
white space, is put in wherever they, or a word, go on for longer than language does.

Phonemes are mnemonics in [[...]], so that where there are any a bracket of the text becomes a round one. It takes no
word of 160 bytes (fixed buffers again), and a clause may be cut
at any white space, so each word has brackets of its own.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from synth.engines import Phonemes

NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
BRAILLE = frozenset(map(chr, range(0x2800, 0x2900)))
JOINER = re.compile(r"(?<=\w)[.'\u2019\u02bc]")  # full stop and apostrophes
NEAR = 4  # code points from one joiner to the next: they still belong together ("a.b. ")
MAX_JOINERS = 8  # "N.A.S.A.", "rock'n'roll'd've": eight in a chain are more than anyone writes
MAX_WORD = 50  # code points; about where espeak cuts a word itself
LONG_WORD = re.compile(rf"\w{{{MAX_WORD}}}(?=\w)")
BREAK = "\n"  # a space does not end its search for more dotted letters; a line break does
ROUND = {ord("["): "("}


@dataclass(frozen=True, slots=True)
class _Part:
    """Words for espeak; source: where they begin in the text that we were given; whole: they stand for one word."""

    text: str
    source: int
    whole: bool = False


class Script:
    """text: for espeak; phonemes: whether it has any."""

    def __init__(self, parts: Sequence[_Part], *, phonemes: bool) -> None:
        self.text = "".join(part.text for part in parts)
        self.phonemes = phonemes
        self._parts = parts
        self._starts = list(accumulate((len(part.text) for part in parts), initial=0))[:-1]

    def source(self, position: int) -> int:
        """The offset in the text that we were given."""
        index = max(0, bisect_right(self._starts, position) - 1)
        part = self._parts[index]
        return part.source + (0 if part.whole else position - self._starts[index])


def write_script(text: str, phonemes: Sequence[Phonemes] = (), encode: Callable[[str], str] = str) -> Script:
    """encode: IPA as mnemonics, words parted by white space; empty when the voice has none of its sounds."""
    parts: list[_Part] = []
    last = 0
    for span in phonemes:
        parts += _read(text[last : span.text_start], last, phonemes=True)
        parts.append(_Part(" ".join(f"[[{word}]]" for word in encode(span.ipa).split()), span.text_start, whole=True))
        last = span.text_end
    parts += _read(text[last:], last, phonemes=bool(phonemes))
    return Script(parts, phonemes=bool(phonemes))


def _read(text: str, source: int, *, phonemes: bool) -> Iterator[_Part]:
    """Each part but the first begins where a line break was put in before it."""
    clean = "".join(map(_spoken, text.translate(ROUND) if phonemes else text))
    cuts = sorted({*_chain_cuts(clean), *(match.end() for match in LONG_WORD.finditer(clean))})
    for start, end in pairwise([0, *cuts, len(clean)]):
        yield _Part(clean[start:end], source + start)
        if end in cuts:
            yield _Part(BREAK, source + end, whole=True)


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
