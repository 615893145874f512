"""Where a stream cuts a text, and when it says so."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.segmentation.streams import Factory
from loadtest.segmentation.texts import Text, ranks

AT_FLUSH = None


@dataclass(frozen=True, slots=True)
class Cuts:
    """places: of the cuts, as in Text, each with the number of parts that had arrived (AT_FLUSH: all, and the end).

    pieces: what was given, joined to the text; None when it was not the text any more.
    """

    places: dict[int, int | None]
    pieces: list[str] | None


def run(factory: Factory, text: Text, parts: Sequence[str]) -> Cuts:
    stream = factory(text.language)
    given: list[tuple[str, int | None]] = []
    for count, part in enumerate(parts, 1):
        given += [(sentence, count) for sentence in stream.append(part)]
    given += [(sentence, AT_FLUSH) for sentence in stream.flush()]
    return _cuts(text.text, given)


def _cuts(text: str, given: list[tuple[str, int | None]]) -> Cuts:
    letters = "".join(text.split())
    places: dict[int, int | None] = {}
    end, whole = 0, True
    for sentence, count in given:
        own = "".join(sentence.split())
        start = letters.find(own, end)
        if start < 0:  # it has changed the text: its length is the best that is known
            start = end
        whole = whole and letters.startswith(own, end)
        end = min(start + len(own), len(letters))
        places.setdefault(end, count)
    whole = whole and end == len(letters)
    inner = {place: count for place, count in places.items() if 0 < place < len(letters)}
    return Cuts(inner, _pieces(text, inner) if whole else None)


def _pieces(text: str, places: dict[int, int | None]) -> list[str]:
    counts = ranks(text)
    cuts = [0, *(counts.index(place) for place in sorted(places)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(cuts)]
