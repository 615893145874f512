"""The ways in which a text may arrive."""

import random
import unicodedata
from collections.abc import Iterator

LONGEST = {"letter": 7, "digit": 3, "mark": 3}  # what a token of a language model holds, about


def tokens(text: str) -> list[str]:
    """As a language model writes: a space and up to 7 letters, 3 digits or 3 marks; line breaks by themselves."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[str]:
    start, kind, length = 0, "", 0
    for at, character in enumerate(text):
        now = _kind(character)
        goes_on = now == kind and length < LONGEST.get(now, 9)
        after_space = kind == "space" and text[at - 1] == " " and now in LONGEST
        if kind and not goes_on and not (after_space and length == 1):
            if after_space:  # of several spaces the last one begins the token
                yield text[start : at - 1]
                start = at - 1
            else:
                yield text[start:at]
                start = at
            length = 0
        kind, length = now, length + 1 if now == kind else 1
    if start < len(text):
        yield text[start:]


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    match unicodedata.category(character)[0]:
        case "L" | "M":
            return "letter"
        case "N":
            return "digit"
    return "mark"


def feeds(text: str) -> list[list[str]]:
    """The same text as tokens, letters, words, two kinds of random pieces, and at once."""
    words = [word + " " for word in text.split(" ")]
    words[-1] = words[-1][:-1]
    return [tokens(text), list(text), words, _pieces(text, 3), _pieces(text, 20), [text]]


def _pieces(text: str, longest: int) -> list[str]:
    drawn = random.Random(f"{longest} {text}")  # noqa: S311 - a place to cut is no secret
    pieces, start = [], 0
    while start < len(text):
        end = start + drawn.randint(1, longest)
        pieces.append(text[start:end])
        start = end
    return pieces
