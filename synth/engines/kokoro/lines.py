"""Sounds as lines that the model can take: at most 510 symbols, cut where a reader would breathe. Pure.

The last place to cut that fits, of the first kind that there is: behind a full stop, behind a semicolon, a colon or a
dash, behind a comma, at a space; else in the middle. Nothing is left out but symbols that the model does not have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synth.engines.kokoro.reading import Sound

LONGEST = 510  # symbols; the model has 512 positions, two of which are the silence at the ends
STOPS = ".!?…"
BREAKS = (STOPS, ";:—", ",")  # from the best place to cut to the worst
CLOSING = ')”"'  # stay with what they close
SILENCE = 0  # the token at both ends
NOT_SPOKEN = frozenset(';:,.!?—…"()“” ˈˌ')  # a line of these alone has no sound


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of the text stands in a line: its symbols are tokens[first:last], none if it is not said.

    mark: it is punctuation or nothing, so no word by itself.
    """

    text_start: int
    text_end: int
    first: int
    last: int
    mark: bool


@dataclass(frozen=True, slots=True)
class Line:
    """tokens: with the silence at both ends; closing: the punctuation mark behind its last word, empty if none."""

    tokens: tuple[int, ...]
    places: tuple[Place, ...]
    closing: str

    @property
    def symbols(self) -> int:
        return len(self.tokens) - 2


def lay_out(sounds: Sequence[Sound], vocabulary: Mapping[str, int], longest: int = LONGEST) -> tuple[list[Line], int]:
    """The lines, none without sound, and how many symbols the model does not have."""
    known = [replace(sound, phonemes=_known(sound.phonemes, vocabulary)) for sound in sounds]
    dropped = sum(len(each.phonemes) for each in sounds) - sum(len(each.phonemes) for each in known)
    waiting = [half for sound in known for half in _halves(sound, longest)]
    lines: list[Line] = []
    while waiting:
        count = _cut(waiting, longest)
        line, waiting = waiting[:count], waiting[count:]
        if any(set(sound.phonemes) - NOT_SPOKEN for sound in line):
            lines.append(_line(line, vocabulary))
    return lines, dropped


def _known(phonemes: str, vocabulary: Mapping[str, int]) -> str:
    return "".join(symbol for symbol in phonemes if symbol in vocabulary)


def _halves(sound: Sound, longest: int) -> list[Sound]:
    """Of what is too long for a line by itself; its text is divided alike."""
    if len(sound.phonemes) <= longest:
        return [sound]
    middle, text_middle = len(sound.phonemes) // 2, (sound.text_start + sound.text_end) // 2
    first = replace(sound, text_end=text_middle, phonemes=sound.phonemes[:middle], space=False)
    second = replace(sound, text_start=text_middle, phonemes=sound.phonemes[middle:])
    return [*_halves(first, longest), *_halves(second, longest)]


def _cut(sounds: Sequence[Sound], longest: int) -> int:
    """How many sounds the next line has, at least one."""
    fitting = _fitting(sounds, longest)
    if fitting == len(sounds):
        return fitting
    for marks in BREAKS:
        for count in range(fitting, 0, -1):
            if sounds[count - 1].phonemes in marks and sounds[count - 1].phonemes:
                return _with_closing(sounds, count, fitting)
    return next((count for count in range(fitting, 0, -1) if sounds[count - 1].space), max(1, fitting // 2))


def _fitting(sounds: Sequence[Sound], longest: int) -> int:
    """How many have room; the last one's space needs none."""
    length = 0
    for count, sound in enumerate(sounds):
        if length + len(sound.phonemes) > longest:
            return count
        length += len(sound.phonemes) + sound.space
    return len(sounds)


def _with_closing(sounds: Sequence[Sound], count: int, fitting: int) -> int:
    while count < fitting and sounds[count].phonemes and sounds[count].phonemes in CLOSING:
        count += 1
    return count


def _line(sounds: Sequence[Sound], vocabulary: Mapping[str, int]) -> Line:
    tokens = [SILENCE]
    places: list[Place] = []
    space = False  # owed: one between sounds, none at the ends
    for sound in sounds:
        if sound.phonemes:
            tokens += [vocabulary[" "]] if space and len(tokens) > 1 else []
            space = False
        first = len(tokens)
        tokens += [vocabulary[symbol] for symbol in sound.phonemes]
        mark = not set(sound.phonemes) - NOT_SPOKEN
        places.append(Place(sound.text_start, sound.text_end, first, len(tokens), mark))
        space = space or sound.space
    return Line((*tokens, SILENCE), tuple(places), _closing(sounds))


def _closing(sounds: Sequence[Sound]) -> str:
    """The strongest mark behind the last word: of "done,” …" the dots."""
    behind = ""
    for sound in reversed(sounds):
        if set(sound.phonemes) - NOT_SPOKEN:
            break
        behind += sound.phonemes
    return next((mark for marks in BREAKS for mark in behind if mark in marks), "")
