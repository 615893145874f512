"""One turn as a listener has it: when it begins to sound, whether it goes on evenly, when it is over.

Pure: times are arguments, in seconds of one monotonic clock. A *turn* is one answer of a voice bot: its text, and the
audio of that text.
"""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AUDIBLE = 328  # 1 % of full scale, -40 dB: above the noise of a codec, below any speech


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

    def lead(self, now: float) -> float:
        """Seconds of audio that are still to be played."""
        return max(0.0, self._dry_at - now) if self.received else 0.0

    def played(self, now: float) -> float:
        """Seconds of the received audio that have been played by now."""
        return self.received - self.lead(now)


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
