"""What is submitted, what is killed, and what must come of it."""

import random
from dataclasses import dataclass
from enum import Enum
from typing import Any

from loadtest.phrases import SENTENCES

RAW = {"encoding": "pcm_s16le", "sample_rate": 24_000}


class Fate(Enum):
    """Of a job, with the states that it may end in."""

    SPOKEN = frozenset({"completed"})
    CANCELLED = frozenset({"completed", "cancelled"})  # completed: before the cancel came
    BROKEN = frozenset({"failed"})  # its text cannot be read


@dataclass(frozen=True, slots=True)
class Plan:
    """database: empty for SQLite."""

    jobs: int = 200
    kills: int = 20
    gateways: int = 2
    at_once: int = 4
    pace: float = 0.1
    database: str = ""
    seed: int = 1

    def text(self, number: int) -> str:
        """Of a few words to a few sentences, each job's own; what is to be cancelled is long, to be heard before."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - no secret
        sentences = 20 if self.fate(number) is Fate.CANCELLED else chance.choice((1, 1, 2, 4))
        return f"{number}. " + " ".join(chance.choice(SENTENCES) for _ in range(sentences))

    def fate(self, number: int) -> Fate:
        """One in ten is cancelled, one in twenty broken."""
        if number % 10 == 7:
            return Fate.CANCELLED
        return Fate.BROKEN if number % 20 == 3 else Fate.SPOKEN

    def is_heard(self, number: int) -> bool:
        """Of one that is cancelled: whether it waits until somebody has heard some of it."""
        return number % 20 == 17

    def body(self, number: int) -> dict[str, Any]:
        if self.fate(number) is Fate.BROKEN:
            return {"text": f"<speak>{self.text(number)}<break", "text_format": "ssml", **RAW}
        return {"text": self.text(number), **RAW}
