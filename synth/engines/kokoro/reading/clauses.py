"""A text as what a pronunciation engine can take at once, what it must not see, and where each stands. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from synth.engines import Phonemes

# What is written -> what Kokoro was trained on; a mark of the East brings its own white space.
MARKS = MappingProxyType(
    {mark: mark for mark in ';:,.!?—…"()“”'}
    | {"«": "“", "»": "”", "„": "“", "[": "(", "]": ")", "{": "(", "}": ")", "–": "—", "¿": "", "¡": ""}
    | {"。": ". ", "．": ". ", "、": ", ", "，": ", ", "；": "; ", "：": ": ", "！": "! ", "？": "? "}
    | {"（": " (", "）": ") ", "।": "."}
    | dict.fromkeys("「『《〈【", " “")
    | dict.fromkeys("」』》〉】", "” ")
)
IN_NUMBERS = frozenset(".,:")  # 3.14, 1,000 and 20:30; also e.g. and example.com
LATIN = re.compile(r"[A-Za-z](?:[A-Za-z' -]*[A-Za-z])?")
LONGEST = 300  # characters of a clause
# No word is so long, and espeak-ng 1.52 writes past a buffer when "a.a.a." goes on for 160 letters; nor is a number.
LONG_RUN = re.compile(r"[^\s\u2e80-\U0003ffff]{40}(?=[^\s\u2e80-\U0003ffff])|\d{15}(?=\d)")

Kind = Literal["clause", "mark", "told", "foreign"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Without white space at its ends. phonemes: of a mark in Kokoro's symbols, of what the client told as it told."""

    kind: Kind
    start: int
    end: int
    phonemes: str = ""


def divide(text: str, spans: Sequence[Phonemes], *, foreign: bool) -> Iterator[Stretch]:
    """In order. foreign: Latin letters are another language's."""
    position = 0
    for span in (*spans, Phonemes(len(text), len(text), "")):
        yield from _marked(text, position, span.text_start, foreign=foreign)
        if span.text_start < span.text_end:
            yield Stretch("told", span.text_start, span.text_end, span.ipa)
        position = span.text_end


def _marked(text: str, start: int, end: int, *, foreign: bool) -> Iterator[Stretch]:
    position = start
    for index in range(start, end):
        if text[index] in MARKS and not _joins(text, index):
            yield from _clauses(text, position, index, foreign=foreign)
            yield Stretch("mark", index, index + 1, MARKS[text[index]])
            position = index + 1
        elif text[index] == "-" and _apart(text, index):
            yield from _clauses(text, position, index, foreign=foreign)
            yield Stretch("mark", index, index + 1, "—")
            position = index + 1
    yield from _clauses(text, position, end, foreign=foreign)


def _clauses(text: str, start: int, end: int, *, foreign: bool) -> Iterator[Stretch]:
    others = list(LATIN.finditer(text, start, end)) if foreign else []
    edges = [start, *(edge for match in others for edge in match.span()), end]
    for index, (first, last) in enumerate(pairwise(edges)):
        for piece_start, piece_end in _short(text, first, last):
            yield Stretch("foreign" if index % 2 else "clause", piece_start, piece_end)


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of bearable length, cut at white space if there is any."""
    hard = [match.end() for match in LONG_RUN.finditer(text, start, end)]
    for first, last in pairwise([start, *hard, end]):
        position = first
        while position < last:
            until = min(position + LONGEST, last)
            if until < last and (space := text.rfind(" ", position + 1, until)) > 0:
                until = space
            yield from _stripped(text, position, until)
            position = until


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if stripped := piece.strip():
        begin = start + piece.index(stripped[0])
        yield begin, begin + len(stripped)


def _joins(text: str, index: int) -> bool:
    return text[index] in IN_NUMBERS and text[index - 1 : index].isalnum() and text[index + 1 : index + 2].isalnum()


def _apart(text: str, index: int) -> bool:
    return text[index - 1 : index].isspace() and (text[index + 1 : index + 2].isspace() or index + 1 == len(text))
