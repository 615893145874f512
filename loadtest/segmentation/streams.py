"""What is compared: everything that can be fed text and gives sentences."""

from collections.abc import Callable
from typing import Protocol

from gateway.core.segmenter import Boundary, Piece, Segmenter


class Stream(Protocol):
    """Sentences as strings; joined they should be the text, white space apart."""

    def append(self, text: str) -> list[str]: ...

    def flush(self) -> list[str]: ...


SENTENCE, END = Boundary.SENTENCE, Boundary.END

Factory = Callable[[str], Stream]  # of a language tag
Split = Callable[[str], list[str]]


class OurPieces:
    """Everything that we cut: sentences, their clauses, and what is too long for an engine."""

    def __init__(self, language: str) -> None:
        self._segmenter = Segmenter(language)

    def append(self, text: str) -> list[str]:
        return [piece.text for piece in self._segmenter.append(text)]

    def flush(self) -> list[str]:
        return [piece.text for piece in self._segmenter.flush()]


class Ours:
    """Sentences only: a clause waits for the rest of its sentence."""

    def __init__(self, language: str) -> None:
        self._segmenter = Segmenter(language)
        self._begun: list[str] = []

    def append(self, text: str) -> list[str]:
        pieces = self._segmenter.append(text)
        return self._joined(pieces) if pieces else []

    def flush(self) -> list[str]:
        return self._joined(self._segmenter.flush())

    def _joined(self, pieces: list[Piece]) -> list[str]:
        sentences = []
        for piece in pieces:
            self._begun.append(piece.text)
            if piece.boundary is SENTENCE or piece.boundary is END:
                sentences.append("".join(self._begun))
                self._begun = []
        return sentences


class HoldLast:
    """How a library that wants the whole text is used on a stream: split what there is, keep the last sentence."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self._text = ""

    def append(self, text: str) -> list[str]:
        self._text += text
        sentences = self._split(self._text)
        if len(sentences) < 2:
            return []
        self._text = sentences.pop()
        return sentences

    def flush(self) -> list[str]:
        sentences, self._text = self._split(self._text), ""
        return sentences
