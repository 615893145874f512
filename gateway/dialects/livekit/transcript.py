"""Where the words of a turn lie in the text that was sent, in pieces that make up the whole of it."""

import re
from collections.abc import Iterable

from gateway.core.events import Word

# Behind a word: marks and white space up to the next one; where nothing parts the two, marks alone. A mark before a
# word ("$", an opening quote) stays with it.
MARKS = re.compile(r"[\W_]{0,40}\s|[\W_]{0,40}")


class Transcript:
    """Clients write down what was heard by putting the words one after the other: marks and spaces go with them."""

    def __init__(self, *, spaced: bool) -> None:
        """spaced: words carry the white space after them."""
        self._spaced = spaced
        self._text = ""
        self._told = 0

    def add(self, text: str) -> None:
        self._text += text

    def words(self, words: Iterable[Word]) -> list[dict[str, str | float]]:
        """As the client reads them; seconds in the turn's audio."""
        told: list[dict[str, str | float]] = []
        for word in words:
            behind = MARKS.match(self._text, word.text_end)
            end = behind.end() if behind else word.text_end
            text = self._text[self._told : end]
            self._told = max(self._told, end)
            if text.strip():
                told.append({"word": text if self._spaced else text.strip(), "start": word.start, "end": word.end})
        return told
