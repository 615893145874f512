"""How a line of Markdown begins: what kind of line it is, and how much of it is marker. Pure.

CommonMark and GitHub's tables and task lists; indentation means nothing here, since models indent lists as they like.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

LONGEST_MARK = 256  # characters of a line that is all marks; a longer one is text

INDENT = re.compile(r"[ \t]*")
HEADING = re.compile(r"#{1,6}(?=[ \t\r\n]|\Z)")
QUOTE = re.compile(r">")
ITEM = re.compile(r"[-*+][ \t]")
TASK = re.compile(r"\[[ xX]\][ \t]")
TASK_BEGUN = re.compile(r"\[(?:[ xX]\]?)?\Z")
FENCE = re.compile(rf"([`~])\1{{2,{LONGEST_MARK - 1}}}(?!\1)")
RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}")
UNDERLINE = re.compile(r"={2,}[ \t]*")
DELIMITERS = re.compile(r"[-:| \t]*")
# Lines that are made of one of these alone cannot be told before they end.
ALL_MARKS = tuple(
    map(re.compile, (r"([-*_])(?:[ \t]*\1)*[ \t]*", r"=+[ \t]*", r"[|:-][-:| \t]*", r"#+[ \t]*", r"`+|~+", r"\+"))
)
LINE_END = re.compile(r"\r?\n")


class Kind(Enum):
    MARK = auto()  # a marker; another may follow
    ITEM = auto()  # a list's marker; a task's box may follow
    TEXT = auto()  # the line's text begins
    ROW = auto()  # the same, in a table
    FENCE = auto()  # code begins
    EMPTY = auto()  # nothing is spoken of this line


@dataclass(frozen=True, slots=True)
class LineStart:
    """end: of the marker. For FENCE the marker is the line's fence, without what follows."""

    kind: Kind
    end: int


def read_line(text: str, at: int, *, ended: bool, item: bool) -> LineStart | None:
    """What begins at `at`. item: a list's marker has just been read. None: more text is needed."""
    begin = INDENT.match(text, at, at + LONGEST_MARK).end()  # type: ignore[union-attr] # it matches nothing too
    line_end = LINE_END.search(text, begin, begin + LONGEST_MARK + 2)
    last = line_end.start() if line_end else min(len(text), begin + LONGEST_MARK + 1)
    complete = line_end is not None or last - begin > LONGEST_MARK or (ended and last == len(text))
    if begin == last and not complete:
        return None
    line = text[begin:last]
    if not complete and _is_open(line.removesuffix("\r")):
        return None
    if item and (task := TASK.match(text, begin)):
        return LineStart(Kind.MARK, task.end())
    if item and not complete and TASK_BEGUN.match(line):
        return None
    if not complete and FENCE.match(line):  # code on the same line makes it a code span
        return None
    return _kind(text, begin, line, whole=complete and len(line) <= LONGEST_MARK)


def _is_open(line: str) -> bool:
    return any(marks.fullmatch(line) for marks in ALL_MARKS)


def _kind(text: str, begin: int, line: str, *, whole: bool) -> LineStart:
    if whole and (RULE.fullmatch(line) or UNDERLINE.fullmatch(line) or line in ("-", "+", "*") or _is_delimiter(line)):
        return LineStart(Kind.EMPTY, begin + len(line))
    if quote := QUOTE.match(line):
        return LineStart(Kind.MARK, begin + quote.end())
    if heading := HEADING.match(line):
        return LineStart(Kind.TEXT, INDENT.match(text, begin + heading.end()).end())  # type: ignore[union-attr]
    if found := ITEM.match(line):
        return LineStart(Kind.ITEM, begin + found.end())
    if (fence := FENCE.match(line)) and not (line[0] == "`" and "`" in line[fence.end() :]):
        return LineStart(Kind.FENCE, begin + fence.end())
    if line.startswith("|"):
        return LineStart(Kind.ROW, begin + len(line) - len(line.lstrip("| \t")))
    return LineStart(Kind.TEXT, begin)


def _is_delimiter(line: str) -> bool:
    """|---|:--:|, and a row with nothing in it."""
    return "|" in line and DELIMITERS.fullmatch(line) is not None


def ends_fence(text: str, at: int, fence: str, *, ended: bool) -> int | None:
    """Where the line ends that closes the code; `at` if this line does not; None: more text is needed."""
    mark = re.escape(fence[0])
    line = re.compile(rf"[ \t]{{0,32}}{mark}{{{len(fence)},{LONGEST_MARK}}}[ \t]*(?P<end>\r?\n|\Z)").match(text, at)
    if line and (line["end"] or ended):
        return line.end()
    begun = re.compile(rf"[ \t]{{0,32}}{mark}{{0,{LONGEST_MARK}}}[ \t]{{0,{LONGEST_MARK}}}\r?\Z").match(text, at)
    return None if begun and not ended else at
