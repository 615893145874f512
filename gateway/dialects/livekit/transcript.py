"""Where the words of a turn lie in the text that was sent, in pieces that make up the whole of it."""

import re
from collections.abc import Iterable

from gateway.core.events import Word

# Behind a word: marks and white space up to the next one; where nothing parts the two, marks alone. A mark before a
# word ("$", an opening quote) stays with it.
MARKS = re.compile(r"[\W_]{0,40}\s|[\W_]{0,40}")


KEPT = 4096  # characters that were told and are not yet dropped


class Transcript:
    """Clients write down what was heard by putting the words one after the other: marks and spaces go with them."""

    def __init__(self, *, spaced: bool) -> None:
        """spaced: words carry the white space after them."""
        self._spaced = spaced
        self._text: list[str] = []
        self._dropped = 0  # offset of the first character in _text
        self._told = 0  # up to here

    def add(self, text: str) -> None:
        self._text.append(text)

    def words(self, words: Iterable[Word]) -> list[dict[str, str | float]]:
        """As the client reads them; seconds in the turn's audio."""
        told: list[dict[str, str | float]] = []
        whole = self._whole()
        for word in words:
            if word.text_end <= self._told:  # several words may speak the same text
                continue
            behind = MARKS.match(whole, word.text_end - self._dropped)
            end = self._dropped + behind.end() if behind else word.text_end
            text = whole[self._told - self._dropped : end - self._dropped]
            self._told = end
            if text.strip():
                told.append({"word": text if self._spaced else text.strip(), "start": word.start, "end": word.end})
        self._drop()
        return told

    def _whole(self) -> str:
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        return self._text[0] if self._text else ""

    def _drop(self) -> None:
        if self._told - self._dropped > KEPT:
            self._text = [self._whole()[self._told - self._dropped :]]
            self._dropped = self._told
