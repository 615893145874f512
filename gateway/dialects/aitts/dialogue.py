"""Two speakers: lines `Speaker 1: ...`, which become SSML with two voices. A leading instruction is no text; what else
stands before the first of these lines is the first speaker's.
"""

import re
from collections.abc import Iterator
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from gateway.errors import InvalidSetting

INSTRUCTION = re.compile(r"\s*Instruction:[^\n]*\n?")
# As we write it: between turns there is nothing, so no other SSML is taken for it.
TURN = re.compile(r"<voice name=(\"[^\"<]*\"|'[^'<]*')>([^<]*)")
DIALOGUE = re.compile(r"<speak>(?:<voice name=(?:\"[^\"<]*\"|'[^'<]*')>[^<]*</voice>)+</speak>")
# The same wherever it stops: in a turn, and perhaps in the tag that ends it; or in a tag between two turns.
TURNS = re.compile(
    r"<speak>(?:<voice name=(?:\"[^\"<]*\"|'[^'<]*')>[^<]*</voice>)*(<voice name=(?:\"[^\"<]*\"|'[^'<]*')>[^<]*)?"
)
NAMING = re.compile(r"<voice name=(?:\"[^\"<]*\"?|'[^'<]*'?)?")
CUT_ENTITY = re.compile(r"&\w*\Z")
SPEAKER = re.compile(r"^[ \t]*Speaker ([12]):[ \t]*", re.MULTILINE)


def as_ssml(text: str, voices: tuple[str, str]) -> str:
    """Raises InvalidSetting when nobody speaks."""
    leading = INSTRUCTION.match(text)
    text = text[leading.end() :] if leading else text
    if not SPEAKER.search(text):
        raise InvalidSetting("the text of several speakers has lines that begin with `Speaker 1:` or `Speaker 2:`")
    return f"<speak>{''.join(_spoken(text, voices))}</speak>"


def as_lines(text: str, first: str) -> str:
    """A dialogue as lines of speakers again; any other text as it is. first: the first speaker's voice."""
    if not DIALOGUE.fullmatch(text):
        return text
    return "\n".join(_lines(text, first))


def beginning_as_lines(text: str, first: str) -> str:
    """The same of the beginning of a text, wherever it stops."""
    turns = TURNS.match(text)
    if turns is None or not _may_go_on(text[turns.end() :], within=bool(turns[1])):
        return text
    return "\n".join(_lines(CUT_ENTITY.sub("", text), first))


def _may_go_on(tag: str, *, within: bool) -> bool:
    """Whether a tag of ours can begin so. within: a turn."""
    if within:
        return "</voice>".startswith(tag)
    return "</speak>".startswith(tag) or "<voice name=".startswith(tag) or bool(NAMING.fullmatch(tag))


def _lines(text: str, first: str) -> Iterator[str]:
    for turn in TURN.finditer(text):
        yield f"Speaker {1 if unescape(turn[1][1:-1]) == first else 2}: {unescape(turn[2]).rstrip()}"


def _spoken(text: str, voices: tuple[str, str]) -> Iterator[str]:
    marks = list(SPEAKER.finditer(text))
    before = text[: marks[0].start()]
    if before.strip():
        yield _turn(before, voices[0])
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        yield _turn(text[mark.end() : following.start() if following else None], voices[int(mark[1]) - 1])


def _turn(text: str, voice: str) -> str:
    return f"<voice name={quoteattr(voice)}>{escape(text)}</voice>"
