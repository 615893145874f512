"""What a segmenter gives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from gateway.core.segmenter.characters import FULL_PAUSES, PAUSES

# Letters and digits of every script, and the currency signs that are read out. Emoji are not: no engine of ours has
# a word for them.
SPEAKABLE = re.compile(r"[^\W_]|[$€£¥₹]")


class Boundary(Enum):
    """What ends a piece."""

    CLAUSE = auto()  # the sentence goes on
    SENTENCE = auto()
    FORCED = auto()  # it had become too long, or could not wait
    END = auto()  # of what was written so far: a flush


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that can be spoken in one go, alone or joined with its neighbours.

    text: the client's own, byte for byte. start, end: code points since the segmenter was made; flush and clear do
    not reset them. speakable: False where there is nothing to say (white space, punctuation, emoji).
    """

    text: str
    start: int
    end: int
    speakable: bool
    boundary: Boundary

    @property
    def pauses(self) -> bool:
        """Whether it ends with a longer pause than a comma's."""
        return self.text.endswith(tuple(PAUSES + FULL_PAUSES))


def piece_at(text: str, start: int, boundary: Boundary) -> Piece:
    return Piece(text, start, start + len(text), SPEAKABLE.search(text) is not None, boundary)


def join(pieces: Sequence[Piece]) -> Piece:
    """Neighbours as one piece."""
    if len(pieces) == 1:
        return pieces[0]
    text = "".join(piece.text for piece in pieces)
    speakable = any(piece.speakable for piece in pieces)
    return Piece(text, pieces[0].start, pieces[-1].end, speakable, pieces[-1].boundary)
