"""How a stretch of text is spoken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Empty: as the context does; speed and pitch are factors on the context's own.

    by_language: whoever speaks the language best, and not the context's voice.
    """

    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    by_language: bool = False


PLAIN_STYLE = Style()
