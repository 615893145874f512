"""The listener's clock: from the audio sent so far, when does the buffer run dry, and what has been heard.

The listener is taken to play at real time, to start with the first audio and to stall when there is none. Seconds
of the context's audio on the one side, the session's clock (`now`) on the other.
"""

import math


class Playback:
    __slots__ = ("_base", "_dry_at", "sent")

    def __init__(self) -> None:
        self.sent = 0.0
        self._dry_at = -math.inf
        self._base = 0.0  # where the audio after the last clear begins

    @property
    def dry_at(self) -> float:
        """When the listener has nothing left to play; -inf before the first audio."""
        return self._dry_at

    def send(self, seconds: float, now: float) -> None:
        self.sent += seconds
        self._dry_at = max(self._dry_at, now) + seconds

    def adjust(self, seconds: float) -> None:
        """What was sent turned out longer or shorter than said."""
        self.sent = max(self._base, self.sent + seconds)
        self._dry_at += seconds

    def lead(self, now: float) -> float:
        """Seconds of audio that the listener still has to play."""
        return max(0.0, self._dry_at - now)

    def heard(self, now: float) -> float:
        return max(self._base, self.sent - self.lead(now))

    def position(self, played: float) -> float:
        """Where in the context's audio a listener is who has played so much since the last clear."""
        return min(self._base + played, self.sent)

    def clear(self, now: float) -> None:
        """The listener drops its buffer."""
        self._dry_at = min(self._dry_at, now)
        self._base = self.sent
