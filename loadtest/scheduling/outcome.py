"""What came of a scene."""

from array import array
from dataclasses import asdict, dataclass, field
from typing import Any

from loadtest.measure import WORST_STALL, summarise


@dataclass(slots=True)
class Outcome:
    """Of the part of a scene that counts. first: seconds from asking for a turn's first segment to its audio; waits:
    the same from the first time that it was asked for, which was refused perhaps; audio: seconds made; turns that had
    more than one segment, and of those the smooth ones: no stall above 100 ms (C100).
    """

    elapsed: float
    workers: int
    first: "array[float]" = field(default_factory=lambda: array("d"))
    waits: "array[float]" = field(default_factory=lambda: array("d"))
    stalls: "array[float]" = field(default_factory=lambda: array("d"))
    audio: float = 0.0
    busy: float = 0.0
    turns: int = 0
    refused: int = 0

    def turn(self, segments: int, stall: float) -> None:
        self.turns += 1
        if segments > 1:
            self.stalls.append(stall)

    def worked(self, seconds: float) -> None:
        self.busy += seconds

    def forget(self) -> None:
        """What was so far only filled up the scene."""
        del self.first[:], self.waits[:], self.stalls[:]
        self.audio = self.busy = 0.0
        self.turns = self.refused = 0

    @property
    def smooth(self) -> float:
        """Share of turns without an underrun."""
        return sum(stall <= WORST_STALL for stall in self.stalls) / len(self.stalls) if self.stalls else 1.0

    @property
    def refused_share(self) -> float:
        """Of all times that somebody asked to begin a turn."""
        return self.refused / max(1, self.refused + self.turns)

    def summary(self) -> dict[str, Any]:
        return {
            "turns": self.turns,
            "first_audio": asdict(summarise(self.first)),
            "smooth": self.smooth,
            "worst_stall": asdict(summarise(self.stalls)),
            "refused": self.refused_share,
            "audio_per_second": self.audio / self.elapsed,
            "busy": self.busy / self.elapsed / self.workers,
        }
