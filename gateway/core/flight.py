"""The segments of a context that are asked for, in the order in which they are heard: two, so that no gap opens between
them, and in the place of the second one that broke and waits to be asked for again.
"""

from collections import deque

from gateway.core.segment import Segment

IN_FLIGHT = 2


class Flight:
    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._segments: deque[Segment] = deque()
        self.broken: Segment | None = None  # the next one to ask for

    def __bool__(self) -> bool:
        return bool(self._segments)

    @property
    def full(self) -> bool:
        """One that broke before is asked for again only as the foremost, where it shows whether it gets on."""
        return bool(self._segments) if self.broken is not None else len(self._segments) == IN_FLIGHT

    @property
    def head(self) -> Segment:
        """The foremost, which is heard."""
        return self._segments[0]

    @property
    def flush_id(self) -> int | None:
        """Of the next audio, if it is of one of these."""
        foremost = self._segments[0] if self._segments else self.broken
        return None if foremost is None else foremost.flush_id

    @property
    def to_come(self) -> float:
        """Seconds of audio that are asked for and have not gone out."""
        return sum(segment.to_come for segment in self._segments) / self._sample_rate

    def find(self, segment_id: int) -> Segment:
        return next(segment for segment in self._segments if segment.segment_id == segment_id)

    def add(self, segment: Segment) -> None:
        self._segments.append(segment)

    def land(self) -> Segment:
        """The foremost is through."""
        return self._segments.popleft()

    def put_back(self, segment: Segment) -> None:
        """It broke, and is not the foremost."""
        segment.restart()
        self._segments.remove(segment)
        self.broken = segment

    def take_back(self) -> Segment | None:
        segment, self.broken = self.broken, None
        return segment

    def clear(self) -> list[Segment]:
        """All that there were."""
        segments = [*self._segments]
        self._segments.clear()
        self.broken = None
        return segments
