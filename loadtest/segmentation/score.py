"""How good the cuts are: pure arithmetic."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loadtest.segmentation.cuts import AT_FLUSH, Cuts
from loadtest.segmentation.texts import Text, ranks


@dataclass(slots=True)
class Score:
    """Over texts: ends that were found, cuts where none may be, ends that were missed, texts without a fault."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    exact: int = 0
    texts: int = 0

    def add(self, text: Text, places: Iterable[int]) -> bool:
        """Whether the text is exactly right."""
        left = set(places)
        hits = 0
        for end in text.ends:
            hit = end & left
            hits += bool(hit)
            left -= set(list(hit)[:1])
        left -= text.allowed
        right = hits == len(text.ends) and not left
        self.found += hits
        self.missed += len(text.ends) - hits
        self.wrong += len(left)
        self.exact += right
        self.texts += 1
        return right

    def merge(self, other: "Score") -> None:
        self.found += other.found
        self.wrong += other.wrong
        self.missed += other.missed
        self.exact += other.exact
        self.texts += other.texts

    @property
    def f1(self) -> float:
        """Per cent; 100 where there was nothing to find and nothing was."""
        faults = self.wrong + self.missed
        return 100.0 * 2 * self.found / (2 * self.found + faults) if self.found or faults else 100.0

    @property
    def exact_share(self) -> float:
        return 100.0 * self.exact / self.texts if self.texts else 0.0


def merged(scores: Iterable[Score]) -> Score:
    total = Score()
    for score in scores:
        total.merge(score)
    return total


@dataclass(slots=True)
class Delays:
    """How many tokens had to arrive after the last one of a sentence until all of the sentence was given.

    A sentence whose end was missed is given with the next one, so a miss is a delay. What came only with the flush
    counts as all tokens that were left, and one for the flush.
    """

    tokens: list[int] = field(default_factory=list)
    at_flush: int = 0

    def add(self, text: Text, cuts: Cuts, parts: Sequence[str]) -> None:
        last_part = _part_of_each(parts)
        for end in text.ends:
            first = min(end)
            given = min((place for place in cuts.places if place >= first), default=None)
            arrived = AT_FLUSH if given is None else cuts.places[given]
            self.at_flush += arrived is AT_FLUSH
            self.tokens.append((len(parts) + 1 if arrived is AT_FLUSH else arrived) - last_part[first - 1])

    @property
    def mean(self) -> float:
        return statistics.fmean(self.tokens) if self.tokens else 0.0

    def percentile(self, share: float) -> int:
        ordered = sorted(self.tokens)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0

    @property
    def flush_share(self) -> float:
        return 100.0 * self.at_flush / len(self.tokens) if self.tokens else 0.0


def _part_of_each(parts: Sequence[str]) -> list[int]:
    """For each character that is no white space, in which part (from 1) it came."""
    return [number for number, part in enumerate(parts, 1) for _ in range(ranks(part)[-1])]
