"""The client's own text of a context, and which part of the audio speaks which part of it.

Answers one question: the listener stopped at this second; which text was heard, which was not?
"""

from collections import deque
from dataclasses import dataclass, field

from gateway.core.events import Word

# Text that was heard is remembered for a barge-in: at least so many characters, at most twice as many. A context may
# live for days.
RECALL = 65_536


@dataclass(slots=True)
class Span:
    """Text from `start` to `end`, spoken from `audio_start` to `audio_end`; `complete` once all its audio is known."""

    start: int
    end: int
    audio_start: float
    audio_end: float
    words: list[Word] = field(default_factory=list)
    complete: bool = False

    def hear_whole(self) -> None:
        """It is heard as a whole or not at all."""
        self.words = [Word(self.start, self.end, self.audio_start, self.audio_end)]


class Transcript:
    __slots__ = ("_spans", "_start", "_text")

    def __init__(self) -> None:
        self._start = 0  # offset of the first remembered character
        self._text: list[str] = []
        self._spans: deque[Span] = deque()

    def append(self, text: str) -> None:
        self._text.append(text)

    def speak(self, start: int, end: int, position: float) -> Span:
        """A segment begins to sound at `position`; its audio is added to the span as it comes."""
        span = Span(start, end, position, position)
        self._spans.append(span)
        return span

    def split(self, position: float) -> tuple[str, str]:
        """(heard, unheard) when the listener stopped at `position`; together the whole remembered text."""
        text = self._whole()
        cut = self._heard_until(position) - self._start
        return text[:cut], text[cut:]

    def clear(self) -> None:
        self._start += len(self._whole())
        self._text.clear()
        self._spans.clear()

    def forget(self, position: float) -> None:
        """Drops text heard before `position` when there is more of it than anyone will ask for."""
        if not self._spans or self._spans[-1].end - self._start < 2 * RECALL:
            return
        text, start = self._whole(), self._start
        while self._spans[-1].end - self._start > RECALL and self._is_heard(self._spans[0], position):
            self._start = self._spans.popleft().end
        self._text = [text[self._start - start :]]

    def cut(self, position: float) -> None:
        """The audio after `position` was dropped before it left."""
        for span in self._spans:
            if span.audio_end > position:
                span.audio_end = max(position, span.audio_start)
                span.complete = False

    def _whole(self) -> str:
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0] if self._text else ""

    def _heard_until(self, position: float) -> int:
        """The offset up to which the text was heard: whole words only."""
        until = self._start
        for span in self._spans:
            if self._is_heard(span, position):
                until = span.end
                continue
            if span.audio_start < position:
                until = max(until, self._heard_in(span, position))
            break
        return until

    def _is_heard(self, span: Span, position: float) -> bool:
        return span.complete and span.audio_end <= position

    def _heard_in(self, span: Span, position: float) -> int:
        if span.words:
            return _heard_words(span, position)
        # An engine without word times: by proportion, and back to the last space.
        share = (position - span.audio_start) / max(span.audio_end - span.audio_start, 1e-9)
        text = self._whole()[span.start - self._start : span.end - self._start]
        cut = text.rfind(" ", 0, int(len(text) * min(share, 1.0)) + 1)
        return span.start + max(cut, 0)


def _heard_words(span: Span, position: float) -> int:
    """Up to the last whole word. Several words may speak the same text (an alias): all of them have to be heard."""
    limit = min((word.text_start for word in span.words if word.end > position), default=span.end)
    heard = [word.text_end for word in span.words if word.end <= position and word.text_end <= limit]
    return max(heard, default=span.start)
