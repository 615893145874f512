"""What holds for every text and for every way in which it arrives; for the tests and for fuzzing."""

import itertools
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from gateway.core.segmenter import Piece, Segmenter

LONGEST_PIECE = 400
MANY_PIECES = 3_000  # characters
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ca", "nl", "sv", "pl", "ru", "hi", "ja", "zh", "da", "cs", "el", "")
# What texts are made of that are hard to cut.
FRAGMENTS = (
    *("Dr", "e.g", "p.m", "U.S", "No", "z. B", "т. д", "г", "A", "I", "a", "The", "it", "and", "because", "iPhone"),
    *(
        "Inc",
        "etc",
        "word",
        "words",
        "Straße",
        "слово",
        "डॉ",
        "中",
        "の",
        "と",
        "説",
        "1",
        "2",
        "12",
        "3.14",
        "1,000.50",
    ),
    *("12:30", "Let", "today", "1995", "XV", "example.com", "https://x.org/?Q=1", "me@x.org", "'s", "J-C"),
    *("l'art", "Yahoo", "B.C"),
    *(
        ". ",
        "! ",
        "? ",
        "... ",
        "… ",
        ", ",
        "; ",
        ": ",
        " — ",
        "1. ",
        "2. ",
        "2) ",
        "• ",
        "« ",
        " »",
        "  ",
        "\r\n",
        "[1]",
    ),
    *(
        ".",
        "!",
        "?",
        "…",
        "\n",
        " ",
        "\u00a0",
        "-",
        '"',
        "'",
        "(",
        ")",
        "[",
        "“",
        "”",
        "„",
        "*",
        "`",
        "。",
        "，",
        "「",
        "」",
    ),
    *(
        "《",
        "》",
        "（",
        "）",
        "؟",
        "।",
        ":",
        ";",
        "\u0301",
        "\u200d",
        "👩",
        "🇩",
        "🏽",
        "가",
        "ճ",
        "ς",
        "¿",
        "_",
        "https://",
    ),
    *("words and more words ", "x" * 60, "7" * 40, "中" * 30, " " * 70, "!" * 70, ". " * 30, '" ' * 20),
)


class Broken(AssertionError):
    """A promise of the segmenter that a text has broken."""


def pieces_of(language: str, parts: Sequence[str]) -> list[Piece]:
    segmenter = Segmenter(language)
    return [piece for part in parts for piece in segmenter.append(part)] + segmenter.flush()


def check(language: str, parts: Sequence[str]) -> None:
    """The pieces are the text, in its order, none too long, and the same for every way in which it arrives."""
    text = "".join(parts)
    pieces = pieces_of(language, parts)
    starts = [0, *itertools.accumulate(len(piece.text) for piece in pieces)]
    if "".join(piece.text for piece in pieces) != text:
        raise Broken("the pieces are not the text")
    if [(piece.start, piece.end) for piece in pieces] != list(itertools.pairwise(starts)):
        raise Broken("the offsets are wrong")
    if any(not 0 < len(piece.text) <= LONGEST_PIECE for piece in pieces):
        raise Broken("a piece is empty or too long")
    if pieces != pieces_of(language, [text]) or pieces != pieces_of(language, list(text)):
        raise Broken("the pieces depend on how the text arrives")


def check_work(language: str, unit: str) -> None:
    """Twice the text is at most twice the work, whatever is repeated, and however it arrives."""
    text = unit * (MANY_PIECES // max(1, len(unit)))
    for size in (1, 7, MANY_PIECES):
        once, twice = calls(language, text, size), calls(language, text + text, size)
        if twice > 2.1 * once + 300:  # the last piece of each costs what it costs
            raise Broken(f"{once} calls became {twice}")


def calls(language: str, text: str, size: int) -> int:
    """How many functions are called, Python's own included, for a text that arrives in parts of `size`."""
    segmenter, count = Segmenter(language), 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        for place in range(0, len(text), size):
            segmenter.append(text[place : place + size])
        segmenter.flush()
    finally:
        sys.setprofile(None)
    return count
