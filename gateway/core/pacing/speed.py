"""What an engine has shown of itself: how long it works, and how long it speaks."""

from dataclasses import dataclass

# Of what is known, one more segment changes so much: the last four or five count.
WEIGHT = 0.25
# Of a voice that has not been heard yet; measured for English at speed 1.
CHARACTERS_PER_SECOND = 15.0
# Seconds that a request takes on its way. Measured with espeak: 15 ms from the token to the first audio.
STARTUP = 0.05
# A sentence of the usual length: what the next segment is likely to be.
USUAL_LENGTH = 80


@dataclass(slots=True)
class Speed:
    """rate: characters of prose spoken in a second. work: seconds until the first audio, per second of audio: for an
    engine that streams next to nothing, else its real-time factor. queued: seconds that a segment waits for its turn.
    """

    rate: float = CHARACTERS_PER_SECOND
    work: float = 0.0
    queued: float = 0.0

    def note(self, characters: float, audio: float, worked: float, queued: float) -> None:
        """What a segment took; seconds. worked: from its turn until its first audio."""
        self.queued += WEIGHT * (queued - self.queued)
        if audio > 0:
            self.work += WEIGHT * (max(worked - STARTUP, 0.0) / audio - self.work)
            self.rate += WEIGHT * (characters / audio - self.rate)

    def lasts(self, characters: float) -> float:
        """Seconds of audio."""
        return characters / self.rate

    @property
    def preparation(self) -> float:
        """Seconds from asking for a segment of the usual length until it can be heard."""
        return STARTUP + self.queued + self.work * self.lasts(USUAL_LENGTH)

    @property
    def shortest(self) -> float:
        """Characters that are heard for as long as the next segment takes."""
        return self.preparation * self.rate
