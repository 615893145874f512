"""What clients have found: measures, faults, and the Opus streams that are still to be judged."""

from dataclasses import dataclass, field

from loadtest.faults import Faults
from loadtest.measure import Measures
from loadtest.opus_ear import OpusEar


@dataclass(slots=True)
class Findings:
    """What the clients of one process have found. opus: still to be judged."""

    measures: Measures = field(default_factory=Measures)
    faults: Faults = field(default_factory=Faults)
    opus: list[OpusEar] = field(default_factory=list)

    def judge(self) -> None:
        for ear in self.opus:
            ear.judge()
        self.opus.clear()

    def add(self, other: "Findings") -> None:
        """Merges what another process has found and judged."""
        self.measures.add(other.measures)
        self.faults.add(other.faults)
