"""When each word of a line is heard, from the frames that the model gave to its tokens. Pure.

A word is what stands together in the client's text, its punctuation included; Chinese and Japanese words stand
together without being one. It is heard as long as its own symbols are; the space between two words is shared.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from synth.engines import Word
from synth.engines.kokoro.joins import FRAME, SAMPLE_RATE
from synth.engines.kokoro.lines import Line, Place

EAST = "\u2e80"  # from here on words stand together


def word_times(text: str, line: Line, frames: Sequence[int], offset: int, length: int) -> list[Word]:
    """offset: samples, added to all times; length: samples of the utterance so far, behind which no word ends."""
    edges = [0, *accumulate(frames)]
    words: list[Word] = []
    for places in _words(text, line.places):
        spoken = [place for place in places if not place.mark]
        start = _seconds(_middle(edges, spoken[0].first - 1, line, before=True), offset, length)
        end = _seconds(_middle(edges, spoken[-1].last, line, before=False), offset, length)
        if start < end and places[0].text_start < places[-1].text_end:
            words.append(Word(places[0].text_start, places[-1].text_end, start, end))
    return words


def _middle(edges: Sequence[int], token: int, line: Line, *, before: bool) -> float:
    """The frame where a word begins or ends: in the middle of the token beside it if that is a space."""
    own = any(place.first <= token < place.last for place in line.places)
    space = not own and 0 < token < len(line.tokens) - 1
    if space:
        return (edges[token] + edges[token + 1]) / 2
    return edges[token + 1] if before else edges[token]


def _seconds(frame: float, offset: int, length: int) -> float:
    return min(max(0.0, frame * FRAME + offset), length) / SAMPLE_RATE


def _words(text: str, places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    """Those that are said: marks alone are no word."""
    word: list[Place] = []
    for place in places:
        if word and _apart(text, word, place):
            yield from _said(word)
            word = []
        word.append(place)
    yield from _said(word)


def _said(word: list[Place]) -> Iterator[Sequence[Place]]:
    if any(not place.mark for place in word):
        yield word


def _apart(text: str, word: Sequence[Place], place: Place) -> bool:
    if any(map(str.isspace, text[word[-1].text_end : place.text_start])):
        return True
    spoken = [each for each in word if not each.mark]
    return bool(spoken) and not place.mark and (_eastern(text, spoken[-1]) or _eastern(text, place))


def _eastern(text: str, place: Place) -> bool:
    return any(character >= EAST for character in text[place.text_start : place.text_end])
