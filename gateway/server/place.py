"""Which of the server's gateway processes this is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """And where they keep what they share."""

    shared: Path | None = None
    slot: int = 0
    slots: int = 1

    def file(self, name: str) -> Path | None:
        return self.shared / name if self.shared else None
