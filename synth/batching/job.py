"""A segment that waits for the engine."""

from dataclasses import dataclass

from synth.engines import Prepared


@dataclass(frozen=True, slots=True)
class Job:
    """due_in: seconds from its arrival until the listener runs dry, 0 when silence waits already.

    begins: it is the first of a turn. Who has heard nothing yet can be told to come back later; who has, cannot.
    """

    job_id: int
    prepared: Prepared
    due_in: float = 0.0
    begins: bool = False

    @property
    def audio(self) -> float:
        """Estimated seconds of audio."""
        return self.prepared.audio
