"""How long a piece of text is likely to last, which is learnt from those that were spoken."""

from gateway.core.pacing import Speed
from gateway.core.segment import Segment
from gateway.core.segmenter import Piece, weigh


class Reckoning:
    def __init__(self, engine: Speed, sample_rate: int, speed: float) -> None:
        """engine: what is known of it, and by whom else. speed: the context's."""
        self._engine = engine
        self._sample_rate = sample_rate
        self._speed = speed

    def expect(self, piece: Piece) -> int:
        """Samples."""
        seconds = self._engine.lasts(self._weigh(piece)) if piece.speakable else 0.0
        return round(seconds * self._sample_rate)

    def learn(self, segment: Segment, queued: float) -> None:
        """queued: seconds for which it waited for its worker."""
        if segment.heard_at is not None:
            worked = segment.heard_at - segment.asked_at - queued
            late = max(0.0, queued - segment.due_in)  # what was not due yet waited for those who were
            self._engine.note(self._weigh(segment.piece), segment.received / self._sample_rate, worked, late)

    def _weigh(self, piece: Piece) -> float:
        """Characters of prose that last as long at the engine's own speed."""
        return weigh(piece.text) / (self._speed * piece.style.speed)
