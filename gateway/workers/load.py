"""How long a segment would wait at a worker: what the worker has said of its queue, and what it was sent since."""

from dataclasses import dataclass

CHARACTERS_PER_SECOND = 15.0  # of English read aloud; only compares workers


@dataclass(frozen=True, slots=True)
class Cost:
    """What the worker's engine says that its work takes: seconds for a batch, and for each second of audio."""

    per_batch: float = 0.0
    per_second: float = 0.0

    def of(self, text: str, speed: float) -> float:
        """Seconds for a text alone, roughly."""
        return self.per_batch + self.per_second * len(text) / CHARACTERS_PER_SECOND / (speed or 1.0)


@dataclass(slots=True)
class Load:
    """begins_in: seconds, at `told_at`, until a segment that is due at once is begun; free_in: until all is done."""

    begins_in: float = 0.0
    free_in: float = 0.0
    told_at: float = 0.0
    _sent: float = 0.0

    def add(self, seconds: float) -> None:
        """Work was sent that the worker did not know of when it told."""
        self._sent += seconds

    def wait(self, now: float, due_in: float) -> float:
        """Seconds until a segment that is due then is begun, roughly: what has time is taken to be the last of all."""
        told = self.free_in if due_in > 0 else self.begins_in
        return max(0.0, told + self._sent - (now - self.told_at))
