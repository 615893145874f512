"""The client's text on its way into pieces: cut where the segmenter is sure, or where time decides.

A writer who pauses has said what looks finished. A listener who is about to hear nothing is given the words that there
are, if they have waited as long as the policy wants.

    pieces = reader.append(text, now)
    pieces = reader.idle(now)                           # when reader.finished_at has come
    pieces = reader.hurry(scarce_at, now, begun=...)    # when reader.hurry_at(begun=...) and scarce_at have come
"""

import math
from collections import deque
from statistics import median

from gateway.core.manuscript import Manuscript
from gateway.core.pacing.policy import Policy
from gateway.core.segmenter import Piece

# A pause of the writer: seconds at least, and as a multiple of what usually lies between two texts. Measured on our
# replies: 81 % of the sentences that are at an end are released by it, and 5 % of those that only look so.
SHORTEST_PAUSE = 0.12
PAUSE_IN_GAPS = 3
# A number may go on behind its point.
PAUSE_AFTER_NUMBER = 0.25
GAPS = 15


class Reader:
    def __init__(self, manuscript: Manuscript, policy: Policy) -> None:
        self._manuscript = manuscript
        self._policy = policy
        self._gaps: deque[float] = deque(maxlen=GAPS)
        self._pause = SHORTEST_PAUSE
        self._last = math.inf  # when the last text came
        self._since = math.inf  # when the oldest came that no piece has
        self._looked_finished = True  # whether the present text has been asked for what looks finished
        self._hurried = True  # whether it has been asked for words

    def append(self, text: str, now: float) -> list[Piece]:
        """Raises SpeechError, as flush does, for markup that cannot be read."""
        self._listen(now)
        if not self._manuscript.pending:
            self._since = now
        pieces = self._manuscript.append(text)
        if self._policy.max_delay == 0:
            pieces += self._manuscript.release()
        elif self._policy.patience == 0:
            pieces += self._manuscript.idle()
        if pieces:
            self._since = now
        self._looked_finished = self._hurried = False
        return pieces

    def flush(self) -> list[Piece]:
        self._rest()
        return self._manuscript.flush()

    def clear(self) -> None:
        self._rest()
        self._manuscript.clear()

    @property
    def finished_at(self) -> float:
        """When the writer has paused for so long that what looks finished is."""
        if self._looked_finished or not self._manuscript.on_hold:
            return math.inf
        pause = self._pause if self._policy.patience is None else self._policy.patience
        return self._last + (max(pause, PAUSE_AFTER_NUMBER) if self._manuscript.ends_in_number else pause)

    def hurry_at(self, *, begun: bool) -> float:
        """When the words that there are have waited as long as the policy wants. begun: part of the turn is heard."""
        if self._hurried:
            return math.inf
        delay = self._policy.max_delay
        return self._since + (min(delay, self._policy.gap_delay) if begun else delay)

    def idle(self, now: float) -> list[Piece]:
        """What the writer seems to have finished, if it has paused by now."""
        if now < self.finished_at:
            return []
        self._looked_finished = True
        return self._manuscript.idle()

    def hurry(self, scarce_at: float, now: float, *, begun: bool) -> list[Piece] | None:
        """The words that cannot wait any longer, if any; None: there is time.

        scarce_at: when the listener will have next to nothing to hear.
        """
        if now < max(self.hurry_at(begun=begun), scarce_at):
            return None
        self._hurried = True
        return self._manuscript.hurry()

    def _listen(self, now: float) -> None:
        if self._last < now:
            self._gaps.append(now - self._last)
            self._pause = max(SHORTEST_PAUSE, PAUSE_IN_GAPS * median(self._gaps))
        self._last = now

    def _rest(self) -> None:
        """The turn is over; the time to the next one is no gap between two texts."""
        self._last = self._since = math.inf
