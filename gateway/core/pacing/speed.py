"""What an engine has shown of itself: how long it works, and how long it speaks."""

# Of what is known, one more segment changes so much: the last four or five count.
WEIGHT = 0.25
# Of a voice that has not been heard yet; measured for English at speed 1.
CHARACTERS_PER_SECOND = 15.0
# Seconds that a request takes on its way, and a streaming engine to its first chunk. Measured with espeak: 15 ms.
STARTUP = 0.05
# A sentence of the usual length: what the next segment is likely to be.
USUAL_LENGTH = 80


class Speed:
    """rate: characters of prose spoken in a second. work: seconds of work for a second of audio. queued: seconds that a
    segment waits for its turn.
    """

    __slots__ = ("queued", "rate", "work")

    def __init__(self) -> None:
        self.rate = CHARACTERS_PER_SECOND
        self.work = 0.0
        self.queued = 0.0

    def note(self, characters: int, audio: float, computed: float, queued: float) -> None:
        """What a whole segment took; seconds."""
        self.queued += WEIGHT * (queued - self.queued)
        if audio > 0:
            self.work += WEIGHT * (computed / audio - self.work)
            self.rate += WEIGHT * (characters / audio - self.rate)

    def lasts(self, characters: float) -> float:
        """Seconds of audio."""
        return characters / self.rate

    @property
    def preparation(self) -> float:
        """Seconds from asking for a segment of the usual length until all of it is there."""
        return STARTUP + self.queued + self.work * self.lasts(USUAL_LENGTH)

    @property
    def shortest(self) -> float:
        """Characters that are heard for as long as the next segment takes."""
        return self.preparation * self.rate
