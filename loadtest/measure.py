"""What a fleet's measurements add up to: percentiles, shares, sums over processes.

Pure. Definitions are those of the field: time to first audio at the client, the audio's own leading silence apart; C100
is the share of turns of more than one message whose worst stall is at most 100 ms.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from loadtest.turn import Turn

WORST_STALL = 0.1  # C100


@dataclass(frozen=True, slots=True)
class Summary:
    """Seconds (or whatever went in)."""

    count: int
    p50: float
    p95: float
    p99: float
    highest: float


def summarise(values: Iterable[float] | Sequence[float]) -> Summary:
    """Percentiles by linear interpolation; all zero when there is nothing."""
    numbers = np.fromiter(values, dtype=np.float64)
    if not numbers.size:
        return Summary(0, 0.0, 0.0, 0.0, 0.0)
    p50, p95, p99, highest = np.percentile(numbers, [50, 95, 99, 100])
    return Summary(int(numbers.size), float(p50), float(p95), float(p99), float(highest))


def _seconds() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Measures:
    """What a fleet has measured. gaps: between the audio messages of a turn; clears: from a clear to its answer;
    connects: until a connection stands; elapsed: from the first client to the last goodbye.
    """

    turns: list[Turn] = field(default_factory=list)
    gaps: "array[float]" = field(default_factory=_seconds)
    clears: "array[float]" = field(default_factory=_seconds)
    connects: "array[float]" = field(default_factory=_seconds)
    messages: int = 0
    audio_bytes: int = 0
    audio_seconds: float = 0.0
    elapsed: float = 0.0

    def heard(self, size: int, seconds: float) -> None:
        self.messages += 1
        self.audio_bytes += size
        self.audio_seconds += seconds

    def add(self, other: "Measures") -> None:
        """Merges what another process has measured."""
        self.turns += other.turns
        self.gaps += other.gaps
        self.clears += other.clears
        self.connects += other.connects
        self.messages += other.messages
        self.audio_bytes += other.audio_bytes
        self.audio_seconds += other.audio_seconds
        self.elapsed = max(self.elapsed, other.elapsed)

    @property
    def c100(self) -> float | None:
        """None when no turn had more than one message: one message cannot stall."""
        long = [turn for turn in self.turns if turn.messages > 1]
        return sum(turn.worst_stall <= WORST_STALL for turn in long) / len(long) if long else None
