"""What a pause of the writer releases: of sentences that are over, and of places that only look like an end."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.segmenter import Boundary, Segmenter
from loadtest.segmentation.feeds import tokens
from loadtest.segmentation.texts import Text, ranks

LOOKS_LIKE_AN_END = ".!?…。！？"
CANNOT_BE_TOLD = ":,"  # an end by its line break only


@dataclass(slots=True)
class Stalls:
    """After each token that ends a sentence, or a mark that does not, the writer pauses once."""

    ends: int = 0
    released: int = 0
    traps: int = 0
    fallen: int = 0

    def __str__(self) -> str:
        ends, traps = self.released / max(1, self.ends), self.fallen / max(1, self.traps)
        return f"a pause releases {ends:.1%} of {self.ends} ends and {traps:.1%} of {self.traps} marks that are none"


def measure_stalls(texts: Iterable[Text]) -> Stalls:
    stalls = Stalls()
    for text in texts:
        counts = ranks(text.text)
        ends = {place for end in text.ends for place in end} | {counts[-1]}
        written = ""
        for token in tokens(text.text):
            written += token
            _pause(stalls, text, written, counts[len(written)], ends)
    return stalls


def _pause(stalls: Stalls, text: Text, written: str, rank: int, ends: set[int]) -> None:
    last = written[-1]
    if rank in ends and not (last.isalnum() or last.isspace() or last in CANNOT_BE_TOLD):
        stalls.ends += 1
        stalls.released += _releases(text.language, written)
    elif rank not in ends | text.allowed and last in LOOKS_LIKE_AN_END:
        stalls.traps += 1
        stalls.fallen += _releases(text.language, written)


def _releases(language: str, written: str) -> bool:
    segmenter = Segmenter(language)
    segmenter.append(written)
    pieces = segmenter.idle()
    return any(piece.boundary is Boundary.SENTENCE and piece.end == len(written) for piece in pieces)
