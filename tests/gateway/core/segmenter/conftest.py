from collections.abc import Callable

import pytest

from gateway.core.segmenter import Segmenter


def texts(segmenter: Segmenter, text: str) -> list[str]:
    pieces = [piece for character in text for piece in segmenter.append(character)]
    return [piece.text for piece in pieces + segmenter.flush()]


@pytest.fixture
def cut() -> Callable[..., list[str]]:
    """The pieces of a turn whose text arrives letter by letter."""

    def cut(text: str, language: str = "en") -> list[str]:
        return texts(Segmenter(language), text)

    return cut


@pytest.fixture
def cut_later() -> Callable[..., str]:
    """The same in the middle of a turn, where pieces are sentences, as one text with a bar between the pieces."""

    def cut_later(text: str, language: str = "en") -> str:
        return "|".join(texts(Segmenter(language), "Yes\n" + text)[1:])[1:]

    return cut_later
