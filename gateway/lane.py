"""What waits for one context, in its order, and how its listener's audio is paced.

Asked for each event that is put and taken, with thousands of others in the lane when a client asks faster than it
reads: so nothing here walks through it, but for a barge-in into audio that waits.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.core.events import Audio, Cleared, ContextDone, Event, Failed, Words

# Seconds. A paced listener has so much in hand, which bridges a slow network, and gets it in pieces of such a length.
PACED_LEAD = 0.3
PACED_PIECE = 0.1


@dataclass(slots=True)
class Pace:
    """The listener of a paced context: when it has played what has left."""

    sample_rate: int
    dry_at: float = float("-inf")

    def pieces(self, audio: Audio) -> Iterator[Audio]:
        size = 2 * int(PACED_PIECE * self.sample_rate)
        for start in range(0, len(audio.pcm), size):
            yield replace(audio, pcm=audio.pcm[start : start + size])

    def leave(self, audio: Audio, now: float) -> None:
        self.dry_at = max(self.dry_at, now) + len(audio.pcm) / 2 / self.sample_rate

    def due_in(self, now: float) -> float:
        """Seconds until this listener's next audio may leave, to the millisecond, which timers keep."""
        return round(self.dry_at - PACED_LEAD - now, 3)


# An event, and of paced audio whose it is: a name says it not, since it may have been given to another context since.
Waiting = tuple[Event, Pace | None]


class Lane:
    __slots__ = ("_droppable", "_turning", "_waiting")

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._turning: deque[Event] = deque()  # of these what begins, drops or ends audio
        self._droppable = 0  # of these what a barge-in takes out

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def head(self) -> Waiting:
        return self._waiting[0]

    @property
    def coming(self) -> Event | None:
        """What waits and begins, drops or ends the audio, if anything does."""
        return self._turning[0] if self._turning else None

    def append(self, waiting: Waiting) -> None:
        event = waiting[0]
        self._waiting.append(waiting)
        if isinstance(event, Audio | Cleared | Failed | ContextDone):
            self._turning.append(event)
        if isinstance(event, Audio | Words):
            self._droppable += 1

    def popleft(self) -> Waiting:
        waiting = self._waiting.popleft()
        event = waiting[0]
        if self._turning and self._turning[0] is event:
            self._turning.popleft()
        if isinstance(event, Audio | Words):
            self._droppable -= 1
        return waiting

    def drop_audio(self) -> list[Waiting]:
        """Takes out the audio that waits, and its words."""
        if not self._droppable:
            return []
        dropped = [waiting for waiting in self._waiting if isinstance(waiting[0], Audio | Words)]
        kept = [waiting for waiting in self._waiting if not isinstance(waiting[0], Audio | Words)]
        self._waiting = deque(kept)
        self._turning = deque(event for event in self._turning if not isinstance(event, Audio))
        self._droppable = 0
        return dropped
