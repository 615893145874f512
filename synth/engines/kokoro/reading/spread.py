"""Whose phonemes are whose, when several words were pronounced together. Pure.

Words are pronounced together since neighbours change each other (a liaison, a contraction), so the phonemes of the
whole cannot be put together from those of the words; but they are about as long. If the whole has as many parts as
there are words, each is a word's. Else, and where there are numbers, of which one may be many words, it is divided
where the words' own lengths say, and at a space if one is near.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from synth.engines.kokoro.reading import Sound

NEAR = 4  # by a fourth of its length a word's own phonemes may be off
LENGTHS = frozenset("ː\u0303\u0329\u032fʲʰ")  # belong to what is before them


def spread(
    words: Sequence[tuple[int, int]], whole: str, own: Callable[[int, int], str], *, numbers: bool
) -> list[Sound]:
    """words: where they stand, at least one; own: a word's phonemes by itself; numbers: there are some among them."""
    parts = whole.split()
    said = " ".join(parts)
    if len(parts) == len(words) and not numbers:
        cuts = [position + 1 for position, symbol in enumerate(said) if symbol == " "]
    else:
        lengths = [len(own(start, end)) + 1 for start, end in words]  # and the space behind it
        cuts = _cuts(said, lengths)
    edges = [0, *cuts, len(said)]
    return [
        Sound(start, end, said[first:last].strip(), said[first:last].endswith(" "))
        for (start, end), (first, last) in zip(words, pairwise(edges), strict=True)
    ]


def _cuts(said: str, lengths: Sequence[int]) -> list[int]:
    """Where the words behind the first begin, if their lengths are about those given."""
    scale = len(said) / sum(lengths)
    cuts: list[int] = []
    for total, length in zip(accumulate(lengths[:-1]), lengths, strict=False):
        lowest, near = cuts[-1] if cuts else 0, max(1, length // NEAR)
        cut = max(lowest, min(round(total * scale), len(said)))
        spaces = [at + 1 for at in range(max(lowest, cut - near - 1), min(cut + near, len(said))) if said[at] == " "]
        cut = min(spaces, key=lambda space: abs(space - total * scale)) if spaces else cut
        while 0 < cut < len(said) and said[cut] in LENGTHS:
            cut += 1
        cuts.append(cut)
    return cuts
