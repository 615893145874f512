"""Where a text can be cut without breaking what a reader sees as one character."""

import unicodedata

# UAX #29, without its tables: what follows sticks to what stands before it.
JOINER = "\u200d"
STICKY = ("\u200c", JOINER, "\u0e33", "\u0eb3")  # joiners; Thai and Lao AM, a vowel written as a letter


def boundary_before(text: str, start: int, at: int) -> int:
    """The last place in (start, at] that is no inside of a grapheme cluster; `at` itself if there is none."""
    for place in range(at, start, -1):
        if not splits_grapheme(text, start, place):
            return place
    return at


def splits_grapheme(text: str, start: int, place: int) -> bool:
    """Whether a cut at `place` would; start: where a grapheme begins for sure."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if before.isascii() and after.isascii():
        return (before, after) == ("\r", "\n")
    if _extends(after) or before == JOINER or (before, after) == ("\r", "\n"):
        return True
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _flag_letters_before(text, start, place) % 2 == 1
    return (_is_jamo(before) and _is_jamo(after)) or _joins_next(before)


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in STICKY
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags: the flags of Scotland, Wales, England
    )


def _joins_next(character: str) -> bool:
    """A virama: the consonant after it belongs to the same syllable."""
    return unicodedata.combining(character) == 9


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, start: int, place: int) -> int:
    first = place
    while first > start and _is_flag_letter(text[first - 1]):
        first -= 1
    return place - first
