"""What of the text was heard, for a listener who interrupts when the server has already said everything."""

from bisect import bisect_right

from voxgate.events import Cleared, Word, Words


class Transcript:
    """The text since the context was opened or last cleared, with the words' times as far as they are known."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._words: list[Word] = []
        self._start = 0  # code points before the text, seconds before its audio
        self._start_seconds = 0.0

    def append(self, text: str) -> None:
        self._pieces.append(text)

    def add_words(self, words: Words) -> None:
        self._words.extend(words.words)

    def clear(self, cleared: Cleared, seconds: float) -> None:
        """What was cleared is behind us; what was appended since then stays. seconds: audio that arrived so far."""
        gone = len(cleared.heard) + len(cleared.unheard)
        self._pieces = ["".join(self._pieces)[gone:]]
        self._words = []
        self._start += gone
        self._start_seconds = seconds

    def split(self, context_id: str, played: float | None, seconds: float) -> Cleared:
        """played, seconds: of the context's audio, what the listener heard and what there is. None: all of it.

        By the words' times where the context has them, otherwise in proportion, back to the end of a word.
        """
        text = "".join(self._pieces)
        end = len(text) if played is None or played >= seconds else self._heard(text, played, seconds)
        return Cleared(context_id, text[:end], text[end:])

    def _heard(self, text: str, played: float, seconds: float) -> int:
        if self._words:
            count = bisect_right(self._words, played, key=lambda word: word.end)
            return max(0, self._words[count - 1].text_end - self._start) if count else 0
        share = max(0.0, played - self._start_seconds) / (seconds - self._start_seconds)
        return text.rfind(" ", 0, int(share * len(text)) + 1) + 1
