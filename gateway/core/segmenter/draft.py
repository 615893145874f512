"""The text that no piece has yet: where its sentence begins, and its piece, which is the sentence or a clause of it."""

from gateway.core.segmenter.characters import CLOSERS, NEWLINES, TERMINATORS
from gateway.core.segmenter.lengths import LIMIT, limit_in
from gateway.core.segmenter.piece import CLAUSE, SPEAKABLE, Boundary, Piece
from gateway.core.segmenter.weights import HEAVIER, HEAVIEST, MOST_OF_LIGHT, weigh

ENDS = TERMINATORS + CLOSERS
LINE_ENDS = tuple(NEWLINES)
# The rules for sentences see the whole sentence up to here; this bounds what one candidate costs.
LONGEST_SENTENCE = 2 * LIMIT
SURE = LIMIT // HEAVIEST  # characters that are not too long, whatever they are
LIGHT = LIMIT // MOST_OF_LIGHT  # characters that are not too long, if none is heavy


class Draft:
    """All places are in `text`.

    sentence, start: where the sentence and the piece begin. fresh: the sentence is one from its beginning. scanned: the
    piece does not end before here. calm: nor has it to be weighed before it is as long.
    """

    def __init__(self, before: int = 0) -> None:
        """before: how many code points have come and gone."""
        self.text = ""
        self.sentence = self.start = self.scanned = 0
        self.fresh = True
        self.calm = LIGHT
        self._limit: int | None = None  # the length from which on the piece is too long
        self._before = before
        self._silent = 0  # nothing to say from the start of the piece to here

    @property
    def rest(self) -> str:
        return self.text[self.start :]

    def speaks(self, start: int, at: int) -> bool:
        """Whether there is anything to say in text[start:at], from the start of the sentence or the piece."""
        voice = SPEAKABLE.search(self.text, self._silent, at)
        self._silent = voice.start() if voice else at
        return voice is not None or start < self.start  # every clause has something

    def limit(self, at: int) -> int | None:
        """Where the piece becomes too long, if it does before `at`."""
        length = at - self.start
        if length < SURE or (length <= LIGHT and not HEAVIER.search(self.text, self.start, at)):
            return None
        if self._limit is None:
            self._weigh(min(length, LIMIT))
        return self.start + self._limit if self._limit is not None and self._limit <= length else None

    def _weigh(self, length: int) -> None:
        """The piece alone: how much is left of what stands before it depends on how the text arrived."""
        piece = self.text[self.start : self.start + length]
        left = LIMIT - weigh(piece)
        if left <= 0:
            self._limit = limit_in(piece)
        self.calm = length + left // MOST_OF_LIGHT

    def take(self, end: int, boundary: Boundary) -> Piece:
        """The piece that ends there. The next one begins, and the next sentence if this one is over."""
        start, text = self.start, self.text[self.start : end]
        if boundary is not CLAUSE or end - self.sentence > LONGEST_SENTENCE:
            self.end_sentence(end)
        self.start = self.scanned = self._silent = end
        self.calm, self._limit = LIGHT, None
        speakable = text[1:2].isalnum() or SPEAKABLE.search(text) is not None
        return Piece(text, self._before + start, self._before + end, speakable, boundary)

    def end_sentence(self, end: int) -> None:
        self.fresh = self.text[end - 1] in ENDS or self.text.startswith(LINE_ENDS, end)
        self.sentence = self.scanned = end

    def forget(self) -> None:
        """Drops the sentences that are over."""
        over = self.sentence
        self.text = self.text[over:]
        self._before += over
        self.sentence = 0
        self.start -= over
        self.scanned -= over
        self._silent -= over

    def emptied(self) -> "Draft":
        """The next one, after this one is given or dropped."""
        return Draft(self._before + len(self.text))
