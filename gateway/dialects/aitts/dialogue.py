"""Two speakers: lines `Speaker 1: ...`, which become SSML with two voices. A leading instruction is no text."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from gateway.errors import InvalidSetting

INSTRUCTION = re.compile(r"\s*Instruction:[^\n]*\n?")
SPEAKER = re.compile(r"^[ \t]*Speaker ([12]):[ \t]*", re.MULTILINE)


def as_ssml(text: str, voices: tuple[str, str]) -> str:
    """Raises InvalidSetting when nobody speaks."""
    leading = INSTRUCTION.match(text)
    text = text[leading.end() :] if leading else text
    if not SPEAKER.search(text):
        raise InvalidSetting("the text of several speakers has lines that begin with `Speaker 1:` or `Speaker 2:`")
    return f"<speak>{''.join(_spoken(text, voices))}</speak>"


def _spoken(text: str, voices: tuple[str, str]) -> Iterator[str]:
    marks = list(SPEAKER.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        line = text[mark.end() : following.start() if following else None]
        yield f"<voice name={quoteattr(voices[int(mark[1]) - 1])}>{escape(line)}</voice>"
