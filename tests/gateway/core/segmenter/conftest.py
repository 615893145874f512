from collections.abc import Callable

import pytest

from gateway.core.segmenter import Boundary, Piece, Segmenter


def letter_by_letter(text: str, language: str) -> list[Piece]:
    segmenter = Segmenter(language)
    return [piece for character in text for piece in segmenter.append(character)] + segmenter.flush()


@pytest.fixture
def cut() -> Callable[..., list[str]]:
    """The pieces of a turn whose text arrives letter by letter: sentences, and the clauses in them."""

    def cut(text: str, language: str = "en") -> list[str]:
        return [piece.text for piece in letter_by_letter(text, language)]

    return cut


@pytest.fixture
def sentences() -> Callable[..., str]:
    """The same as one text with a bar between the sentences."""

    def sentences(text: str, language: str = "en") -> str:
        pieces = letter_by_letter(text, language)
        bars = "".join(piece.text + "|" * (piece.boundary is not Boundary.CLAUSE) for piece in pieces)
        return bars.removesuffix("|")

    return sentences
