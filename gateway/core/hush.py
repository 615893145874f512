"""What a flush sounds like whose text has nothing to say: "...", an emoji. A little silence, for those who want it."""

from collections.abc import Sequence

from gateway.core.segmenter import Boundary, Piece

HUSH = 0.1  # seconds; LiveKit takes a turn without audio for a failure, and asks again


class Hush:
    __slots__ = ("_asked", "_end", "_seconds", "_sounds")

    def __init__(self, seconds: float) -> None:
        """0: none."""
        self._seconds = seconds
        self._end = 0  # of the text that is in pieces
        self._asked = False  # whether this flush has text
        self._sounds = False  # whether some of it can be heard

    def note(self, text: str) -> None:
        self._asked = self._asked or not text.isspace()

    def hear(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self._sounds = self._sounds or piece.speakable or piece.silence is not None
            self._end = piece.end

    def flush(self) -> Sequence[Piece]:
        """What is to be heard after the pieces of this flush."""
        wanted = self._seconds and self._asked and not self._sounds
        self._rest()
        if not wanted:
            return ()
        return (Piece("", self._end, self._end, speakable=False, boundary=Boundary.END, silence=self._seconds),)

    def _rest(self) -> None:
        self._asked = False
        self._sounds = False
