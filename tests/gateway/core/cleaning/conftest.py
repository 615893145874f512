"""What a cleaner says, however its text was cut."""

import random

import pytest

from gateway.core.cleaning.parts import Run


def feed(cleaner, text, cut=None):
    """All parts, of text that comes in pieces: None = at once, a number = so long, a Random = as it likes."""
    parts, at = [], 0
    while at < len(text):
        length = len(text) if cut is None else cut.randint(1, 7) if isinstance(cut, random.Random) else cut
        parts += cleaner.append(text[at : at + length])
        at += length
    return parts + cleaner.flush()


def merged(parts):
    """Parts that do not tell how their text was cut."""
    result = []
    for part in parts:
        last = result[-1] if result else None
        plain = isinstance(part, Run) and not part.whole
        if plain and isinstance(last, Run) and not last.whole and last.end == part.start:
            result[-1] = Run(last.text + part.text, last.start, part.end)
        else:
            result.append(part)
    return result


def spoken(parts):
    return "".join(part.text for part in parts if isinstance(part, Run))


@pytest.fixture(scope="session")
def new_feed():
    return feed


@pytest.fixture(scope="session")
def merge():
    return merged


@pytest.fixture(scope="session")
def say():
    return spoken
