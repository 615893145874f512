"""What one context should hear, compared with what it hears. Pure; every difference is a fault, told once per place.

The listener is told what the client says (`append`, `flush`, `clear`, `close`) as it says it and what the server
answers (`audio`, `flush_done`, `cleared`, `done`) as it comes. The audio itself is judged by its *ear*: at once, byte
by byte, when it is PCM (`pcm_ear.py`), or after the run when it is Opus (`opus_ear.py`).

Flushes are numbered from 1, and the text of a flush that a clear has overtaken counts as dropped; its flush_done comes
nevertheless, before `cleared`. Closing flushes what is left.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loadtest.faults import Fault
from loadtest.signature import spoken
from loadtest.turn import Onset

Note = Callable[[Fault, str], None]


class Ear(Protocol):
    """Judges audio. Positions count the sounding characters of the context's text since it was opened.

    onset: how long the turn's audio is silent before it begins; a fresh one is put here when a turn starts.
    """

    onset: Onset

    def append(self, characters: str) -> None:
        """So many characters more are to be heard."""

    def take(self, payload: bytes) -> float:
        """One message's audio; how many seconds of sound it holds."""

    def flush_ended(self, position: int) -> None:
        """Everything up to here must have been heard, but for less than a frame, and nothing beyond."""

    def ended(self, position: int) -> None:
        """Everything up to here must have been heard; nothing follows."""

    def skip(self, position: int) -> None:
        """A barge-in: what comes next begins here."""

    def judge(self) -> None:
        """After the run: whatever could not be judged at once."""


@dataclass(frozen=True, slots=True)
class PendingClear:
    text_end: int  # in the client's own text since the context was opened
    position: int
    flushes: int


class Listener:
    def __init__(self, ear: Ear, note: Note) -> None:
        self.finished = False
        self.flushes_sent = 0
        self.flushes_done = 0
        self._ear = ear
        self._note = note
        self._sequence = 0
        self._text = ""
        self._text_start = 0  # of what has not been cleared
        self._position = 0  # end of the text sent
        self._unflushed = False
        self._ends: dict[int, int] = {0: 0}  # flush -> where its text ends
        self._clears: deque[PendingClear] = deque()

    @property
    def all_flushed(self) -> bool:
        return self.flushes_done == self.flushes_sent

    # what the client says

    def append(self, text: str) -> None:
        self._text += text
        characters = spoken(text)
        self._position += len(characters)
        self._ear.append(characters)
        self._unflushed = True

    def flush(self) -> None:
        self.flushes_sent += 1
        self._ends[self.flushes_sent] = self._position
        self._unflushed = False

    def clear(self) -> None:
        self._clears.append(PendingClear(len(self._text), self._position, self.flushes_sent))
        self._unflushed = False

    def close(self) -> None:
        if self._unflushed:
            self.flush()

    # what the server answers

    def audio(self, sequence: int, payload: bytes, flush_id: int = 0) -> float:
        """Seconds of sound in one audio message; flush_id 0: the message does not say."""
        if flush_id and not self.flushes_done <= flush_id <= self.flushes_sent + 1:
            self._note(Fault.WRONG_FLUSH_ID, f"{flush_id} after {self.flushes_done} of {self.flushes_sent}")
        if sequence != self._sequence + 1:
            self._note(Fault.SEQUENCE_HOLE, f"{sequence} after {self._sequence}")
        self._sequence = sequence
        return self._ear.take(payload)

    def flush_done(self, flush_id: int) -> None:
        if flush_id != self.flushes_done + 1 or flush_id > self.flushes_sent:
            self._note(Fault.UNEXPECTED_FLUSH_DONE, f"{flush_id} after {self.flushes_done} of {self.flushes_sent}")
            return
        self.flushes_done = flush_id
        if not self._clears or flush_id > self._clears[-1].flushes:
            self._ear.flush_ended(self._ends[flush_id])

    def cleared(self, heard: str, unheard: str) -> None:
        if not self._clears:
            self._note(Fault.UNEXPECTED_CLEARED, f"{heard!r} {unheard!r}")
            return
        clear = self._clears.popleft()
        said = self._text[self._text_start : clear.text_end]
        if heard + unheard != said:
            self._note(Fault.HEARD_TEXT, f"{heard!r} + {unheard!r}, said {said!r}")
        self._text_start = clear.text_end
        if self.flushes_done < clear.flushes:
            self._note(Fault.MISSING_FLUSH_DONE, f"cleared after {self.flushes_done} of {clear.flushes}")
            self.flushes_done = clear.flushes
        self._ear.skip(clear.position)

    def done(self) -> None:
        self.finished = True
        if self.flushes_done < self.flushes_sent:
            self._note(Fault.MISSING_FLUSH_DONE, f"context_done after {self.flushes_done} of {self.flushes_sent}")
        self._ear.ended(self._position)
