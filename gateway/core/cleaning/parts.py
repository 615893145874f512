"""What a cleaner makes of the client's text: parts, in order.

`start` and `end` are offsets into the client's own text, in code points since the cleaner was made. Text of the client
that is in no part is not spoken (markup, an emoji).
"""

from dataclasses import dataclass

from gateway.core.style import Style

LONGEST_IPA = 400  # characters; what a worker takes


@dataclass(frozen=True, slots=True)
class Run:
    """Text to speak.

    It is the client's text[start:end], character for character; or, if `whole`, it is said in the place of that. ipa:
    how it is to be pronounced. fixed: markup says so (<sub>), and no dictionary changes it.
    """

    text: str
    start: int
    end: int
    whole: bool = False
    ipa: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence; of no length where one thing ends and another begins (a paragraph)."""

    seconds: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Restyle:
    """What follows is spoken in this style; start: where the client says so."""

    style: Style
    start: int


Part = Run | Pause | Restyle
