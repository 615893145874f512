"""What an engine has shown of itself: how long it works, and how long it speaks."""

import math
from dataclasses import dataclass

# Of what is known, one more segment changes so much: the last four or five count.
WEIGHT = 0.25
# Of a voice that has not been heard yet; measured for English at speed 1.
CHARACTERS_PER_SECOND = 15.0
SLOWEST, FASTEST = 5.0, 40.0  # what is no speech (a cry, an empty sound) says nothing of how fast a voice speaks
# Seconds that a request may take on its way. Measured with espeak: 4 ms from the token to the first audio.
STARTUP = 0.05
# What the next segment is likely to be: a sentence of the usual length, the clause after a first one.
SENTENCE, CLAUSE = 80, 50


@dataclass(slots=True)
class Speed:
    """rate: characters of prose spoken in a second. work: seconds until the first audio, per second of audio: for an
    engine that streams next to nothing, else its real-time factor. queued: seconds that a segment waits
    beyond its time.
    """

    rate: float = CHARACTERS_PER_SECOND
    work: float = 0.0
    queued: float = 0.0

    def note(self, characters: float, audio: float, worked: float, queued: float) -> None:
        """What a segment took; seconds. worked: from its turn until its first audio."""
        self.queued += WEIGHT * (queued - self.queued)
        if audio > 0:
            self.work += WEIGHT * (max(worked - STARTUP, 0.0) / audio - self.work)
            rate = min(max(characters / audio, SLOWEST), FASTEST)
            self.rate += WEIGHT * (rate - self.rate)

    def lasts(self, characters: float) -> float:
        """Seconds of audio."""
        return characters / self.rate

    def takes(self, characters: float) -> float:
        """Seconds from asking for a segment until it can be heard."""
        return STARTUP + self.queued + self.works(characters)

    def works(self, characters: float) -> float:
        """Seconds of the engine's time."""
        return self.work * self.lasts(characters)

    def speaks_in(self, seconds: float) -> float:
        """Characters that so much work is enough for."""
        return seconds / self.work * self.rate if self.work else math.inf

    @property
    def preparation(self) -> float:
        """The same for a sentence."""
        return self.takes(SENTENCE)

    @property
    def shortest(self) -> float:
        """Characters that are heard for as long as the next clause takes."""
        return self.takes(CLAUSE) * self.rate
