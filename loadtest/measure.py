"""The arithmetic of a load test: how soon a listener hears something, how evenly it goes on, and what it adds up to.

Pure: times are arguments, in seconds of one monotonic clock. A *turn* is one answer of a voice bot: its text, and the
audio of that text. Definitions are those of the field: time to first audio at the client, leading silence included
apart; C100 is the share of turns of more than one message whose worst stall is at most 100 ms.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WORST_STALL = 0.1  # C100
AUDIBLE = 328  # 1 % of full scale, -40 dB: above the noise of a codec, below any speech


@dataclass(frozen=True, slots=True)
class Summary:
    """Seconds (or whatever went in)."""

    count: int
    p50: float
    p95: float
    p99: float
    highest: float


def summarise(values: Iterable[float] | Sequence[float]) -> Summary:
    """Percentiles by linear interpolation; all zero when there is nothing."""
    numbers = np.fromiter(values, dtype=np.float64)
    if not numbers.size:
        return Summary(0, 0.0, 0.0, 0.0, 0.0)
    p50, p95, p99, highest = np.percentile(numbers, [50, 95, 99, 100])
    return Summary(int(numbers.size), float(p50), float(p95), float(p99), float(highest))


class Player:
    """A simulated listener: plays from the first audio on, stalls when the next comes after the last has ended."""

    __slots__ = ("_dry_at", "received", "stalled", "stalls", "worst")

    def __init__(self) -> None:
        self.received = 0.0
        self.stalls = 0
        self.stalled = 0.0
        self.worst = 0.0
        self._dry_at = 0.0

    def hear(self, now: float, seconds: float) -> None:
        """Takes audio of so many seconds that has come now."""
        late = now - self._dry_at
        if self.received and late > 0:
            self.stalls += 1
            self.stalled += late
            self.worst = max(self.worst, late)
        self._dry_at = max(self._dry_at, now) + seconds
        self.received += seconds

    def played(self, now: float) -> float:
        """Seconds of the received audio that have been played by now."""
        return self.received - max(0.0, self._dry_at - now)


class Onset:
    """How long the audio is silent before it begins."""

    __slots__ = ("found", "silence")

    def __init__(self) -> None:
        self.found = False
        self.silence = 0.0

    def hear(self, samples: NDArray[np.int16], sample_rate: int) -> None:
        loud = np.flatnonzero((samples > AUDIBLE) | (samples < -AUDIBLE))
        self.found = bool(loud.size)
        self.silence += (int(loud[0]) if self.found else len(samples)) / sample_rate


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn was like. Times to first audio count from the first token and from the end of the text (negative:
    speech began before the text was complete); `silence` is how long the audio itself is silent before it begins.
    """

    from_first_token: float
    from_flush: float
    silence: float
    audio_seconds: float
    took: float
    messages: int
    stalls: int
    stalled: float
    worst_stall: float

    @property
    def to_first_audible(self) -> float:
        return self.from_first_token + self.silence

    @property
    def real_time_factor(self) -> float:
        """From the first token to the last audio, per second of audio."""
        return self.took / self.audio_seconds if self.audio_seconds else 0.0


class Stopwatch:
    """Times one turn as it happens; every audio message after the turn's first leaves its gap in `gaps`."""

    __slots__ = ("_first_audio", "_first_token", "_flushed", "_gaps", "_last_audio", "_messages", "player")

    def __init__(self, gaps: "array[float]") -> None:
        self.player = Player()
        self._gaps = gaps
        self._first_token: float | None = None
        self._flushed: float | None = None
        self._first_audio = 0.0
        self._last_audio = 0.0
        self._messages = 0

    def spoke(self, now: float) -> None:
        """A token of the turn's text has gone out."""
        if self._first_token is None:
            self._first_token = now

    def flushed(self, now: float) -> None:
        """The turn's text is complete."""
        self._flushed = now

    def hear(self, now: float, seconds: float) -> None:
        if not seconds:  # the headers of a file
            return
        if self._messages:
            self._gaps.append(now - self._last_audio)
        else:
            self._first_audio = now
        self._messages += 1
        self._last_audio = now
        self.player.hear(now, seconds)

    @property
    def heard(self) -> bool:
        return self._messages > 0

    def turn(self, silence: float) -> Turn | None:
        """The finished turn, whose audio began with so much silence; None when nothing was said or heard."""
        if self._first_token is None or not self._messages:
            return None
        player = self.player
        return Turn(
            from_first_token=self._first_audio - self._first_token,
            from_flush=self._first_audio - (self._first_token if self._flushed is None else self._flushed),
            silence=silence,
            audio_seconds=player.received,
            took=self._last_audio - self._first_token,
            messages=self._messages,
            stalls=player.stalls,
            stalled=player.stalled,
            worst_stall=player.worst,
        )


def _seconds() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Measures:
    """What a fleet has measured. gaps: between the audio messages of a turn; clears: from a clear to its answer;
    connects: until a connection stands; elapsed: from the first client to the last goodbye.
    """

    turns: list[Turn] = field(default_factory=list)
    gaps: "array[float]" = field(default_factory=_seconds)
    clears: "array[float]" = field(default_factory=_seconds)
    connects: "array[float]" = field(default_factory=_seconds)
    messages: int = 0
    audio_bytes: int = 0
    audio_seconds: float = 0.0
    elapsed: float = 0.0

    def heard(self, size: int, seconds: float) -> None:
        self.messages += 1
        self.audio_bytes += size
        self.audio_seconds += seconds

    def add(self, other: "Measures") -> None:
        """Merges what another process has measured."""
        self.turns += other.turns
        self.gaps += other.gaps
        self.clears += other.clears
        self.connects += other.connects
        self.messages += other.messages
        self.audio_bytes += other.audio_bytes
        self.audio_seconds += other.audio_seconds
        self.elapsed = max(self.elapsed, other.elapsed)

    @property
    def c100(self) -> float | None:
        """None when no turn had more than one message: one message cannot stall."""
        long = [turn for turn in self.turns if turn.messages > 1]
        return sum(turn.worst_stall <= WORST_STALL for turn in long) / len(long) if long else None
