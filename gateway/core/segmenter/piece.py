"""What a segmenter gives."""

import re
from dataclasses import dataclass

# Letters and digits of every script, and the currency signs that are read out. Emoji are not: no engine of ours has
# a word for them.
SPEAKABLE = re.compile(r"[^\W_]|[$€£¥₹]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text to speak in one go.

    text: the client's own, byte for byte. start, end: code points since the segmenter was made; flush and clear do
    not reset them. speakable: False where there is nothing to say (white space, punctuation, emoji).
    """

    text: str
    start: int
    end: int
    speakable: bool


def piece_at(text: str, start: int) -> Piece:
    return Piece(text, start, start + len(text), SPEAKABLE.search(text) is not None)
