"""Markdown as it arrives: what a reader would say aloud (docs/text.md has the table).

The buffer holds what cannot be told yet: the marks at the start of a line, a run of asterisks until the next character
comes, the text of a link until its bracket closes. All of that is bounded; what is longer is text. Each character is
decided once, from what stands before it and a bounded stretch after it, so the result does not depend on how the text
was cut. A flush settles everything, and ends the line.
"""

import re

from gateway.core.cleaning.markdown_lines import Kind, ends_fence, read_line
from gateway.core.cleaning.markdown_spans import (
    PUNCTUATION,
    Angle,
    Brackets,
    flanks,
    is_sign,
    read_angle,
    read_brackets,
    read_entity,
)
from gateway.core.cleaning.parts import Part, Run

LONGEST_RUN = 16  # of asterisks or backticks; more of them are an ornament
LONGEST_URL = 2_000
LONGEST_GAP = 64  # white space before the edge of a table's cell

MARKS = re.compile(r"[*_~`\[\]!<&\\\n]")
MARKS_IN_ROW = re.compile(r"[*_~`\[\]!<&\\\n|]|[ \t]++(?=\||\Z)")
MARKS_IN_CODE = re.compile(r"[`\n]")
CELL_EDGE = re.compile(r"[ \t]*+(?:\|[ \t]*+)*+")
URL_MARKS = re.compile(r"[()\[\]\n]")
CLOSING = {"(": ")", "[": "]"}
COMMENT = ("<!--", "-->")
BEFORE_IMAGE = frozenset(" \t\n([*_>|")
ENDS_PHRASE = ".,;:!?。、，；：！？"


class MarkdownCleaner:
    """append(text) -> parts that are settled; flush() -> the rest; clear() drops the rest and forgets what is open."""

    def __init__(self) -> None:
        self._text = ""
        self._start = 0  # of the buffer, in the client's text
        self._restart()

    def append(self, text: str) -> list[Part]:
        self._text += text
        return self._take(ended=False)

    def flush(self) -> list[Part]:
        parts = self._take(ended=True)
        self._line_begins = True
        self._item = self._row = self._comment = False
        self._url = self._code = 0
        self._ornaments = ""
        self._emphasis.clear()
        self._links.clear()
        self._before = ""
        return parts

    def clear(self) -> None:
        self._start += len(self._text)
        self._text = ""
        self._restart()

    def _restart(self) -> None:
        self._parts: list[Part] = []
        self._before = ""  # the character before the buffer
        self._line_begins = True
        self._item = False  # a list's marker has just been read
        self._row = False  # of a table
        self._fence = ""  # the marks that opened the block of code
        self._skipping = False  # to the end of the line
        self._ornaments = ""  # the mark of a long row of them
        self._comment = False
        self._code = 0  # backticks that opened the code span
        self._url = 0  # brackets open in a link's address
        self._url_left = 0
        self._url_opening = "("
        self._emphasis: set[str] = set()
        self._links: list[int] = []  # where the brackets of links close

    # the loop

    def _take(self, *, ended: bool) -> list[Part]:
        at = 0
        while at < len(self._text):
            following = self._step(at, ended=ended)
            if following is None:
                break
            at = following
        if at:
            self._before = self._text[at - 1]
            self._text = self._text[at:]
            self._start += at
        parts, self._parts = self._parts, []
        return parts

    def _step(self, at: int, *, ended: bool) -> int | None:
        """Decides what is at `at`; where that ends, or None if more text is needed."""
        if self._comment:
            return self._in_comment(at)
        if self._skipping:
            return self._skip_line(at)
        if self._url:
            return self._in_url(at)
        if self._ornaments:
            return self._skip_ornaments(at)
        if self._line_begins:
            return self._begin_line(at, ended=ended)
        return self._in_line(at, ended=ended)

    def _keep(self, start: int, end: int) -> int:
        if end > start:
            self._parts.append(Run(self._text[start:end], self._start + start, self._start + end))
        return end

    def _say(self, text: str, start: int, end: int) -> int:
        self._parts.append(Run(text, self._start + start, self._start + end, whole=True))
        return end

    def _previous(self, at: int) -> str:
        return self._text[at - 1] if at else self._before

    # lines

    def _begin_line(self, at: int, *, ended: bool) -> int | None:
        if self._fence:
            return self._in_fence(at, ended=ended)
        line = read_line(self._text, at, ended=ended, item=self._item)
        if line is None:
            return None
        self._item = line.kind is Kind.ITEM
        self._line_begins = line.kind in (Kind.MARK, Kind.ITEM)
        self._row = line.kind is Kind.ROW
        if line.kind is Kind.FENCE:
            self._fence = self._text[at : line.end].lstrip()
            self._skipping = True
        if self._text.startswith("\n", line.end) and line.kind is Kind.TEXT:
            self._emphasis.clear()  # an empty line ends a paragraph
        return line.end

    def _in_fence(self, at: int, *, ended: bool) -> int | None:
        end = ends_fence(self._text, at, self._fence, ended=ended)
        if end is None:
            return None
        if end > at:
            self._fence = ""
            return end
        self._skipping, self._line_begins = True, False
        return at

    def _skip_line(self, at: int) -> int:
        end = self._text.find("\n", at)
        if end < 0:
            return len(self._text)
        self._skipping, self._line_begins = False, True
        return end + 1

    def _skip_ornaments(self, at: int) -> int:
        end = at
        while end < len(self._text) and self._text[end] == self._ornaments:
            end += 1
        self._ornaments = self._ornaments if end == len(self._text) else ""
        return end

    def _end_line(self, at: int) -> int:
        self._line_begins, self._row, self._code = True, False, 0
        return self._keep(at, at + 1)

    # inside a line

    def _in_line(self, at: int, *, ended: bool) -> int | None:
        marks = MARKS_IN_CODE if self._code else MARKS_IN_ROW if self._row else MARKS
        mark = marks.search(self._text, at)
        if mark is None or mark.start() > at:
            return self._keep(at, mark.start() if mark else len(self._text))
        match mark.group()[0]:
            case "\n":
                return self._end_line(at)
            case "*" | "_" | "~" | "`":
                return self._run_of_marks(at, ended=ended)
            case "[":
                return self._bracket(at, ended=ended)
            case "]":
                return self._closing_bracket(at)
            case "!":
                return self._exclamation(at, ended=ended)
            case "<":
                return self._angle(at, ended=ended)
            case "&":
                return self._entity(at, ended=ended)
            case "\\":
                return self._backslash(at, ended=ended)
        return self._cell_edge(at, ended=ended)

    def _run_of_marks(self, at: int, *, ended: bool) -> int | None:
        mark, text = self._text[at], self._text
        end = at + 1
        while end < len(text) and text[end] == mark:
            end += 1
            if end - at > LONGEST_RUN:
                return self._ornament(at)
        if end == len(text) and not ended:
            return None
        if mark == "`":
            return self._backticks(at, end)
        return end if self._is_markup(at, end) else self._keep(at, end)

    def _ornament(self, at: int) -> int:
        """A line of asterisks: all of it, as far as it goes."""
        self._ornaments = self._text[at]
        return at + LONGEST_RUN

    def _backticks(self, at: int, end: int) -> int:
        """Code is spoken as it stands, without its marks."""
        if self._code and self._code != end - at:
            return self._keep(at, end)
        self._code = 0 if self._code else end - at
        return end

    def _is_markup(self, at: int, end: int) -> bool:
        """Emphasis that opens, or closes what is open."""
        mark, length = self._text[at], end - at
        before, after = self._previous(at), self._text[end : end + 1]
        side = flanks(mark, before, after)
        if mark == "~":
            return length == 2 and (side.opens or side.closes)
        levels = {mark} if length == 1 else {mark * 2} if length == 2 else {mark, mark * 2}
        if side.closes and levels & self._emphasis:
            self._emphasis -= levels
            return True
        if not side.opens or (side.closes and is_sign(before, after, length)):
            return False
        self._emphasis |= levels
        return True

    # links, images, HTML

    def _bracket(self, at: int, *, ended: bool) -> int | None:
        found = read_brackets(self._text, at, ended=ended)
        if found is None:
            return None
        if not isinstance(found, Brackets):
            return self._keep(at, at + 1)
        inner = self._text[at + 1 : found.end - 1]
        if inner.startswith("^") and " " not in inner:  # a footnote's number, and its text
            return found.end + (found.following == ":")
        if found.following == ":" and not self._previous(at).strip():  # where a link's address is kept
            self._skipping = True
            return found.end
        if found.following and found.following in "([":
            self._links.append(self._start + found.end - 1)
            return at + 1
        return self._keep(at, at + 1)

    def _closing_bracket(self, at: int) -> int:
        if not self._links or self._links[-1] != self._start + at:
            return self._keep(at, at + 1)
        self._links.pop()
        self._url, self._url_left = 1, LONGEST_URL
        self._url_opening = self._text[at + 1]
        return at + 2

    def _in_url(self, at: int) -> int:
        """A link's address is not spoken. One that does not close ends with the line."""
        last = min(len(self._text), at + self._url_left)
        mark = URL_MARKS.search(self._text, at, last)
        end = mark.start() if mark else last
        self._url_left -= end - at
        if mark is None or mark.group() == "\n":
            self._url = self._url if mark is None and self._url_left else 0
            return end
        if mark.group() == self._url_opening:
            self._url += 1
        elif mark.group() == CLOSING[self._url_opening]:
            self._url -= 1
        self._url_left -= 1
        return end + 1

    def _exclamation(self, at: int, *, ended: bool) -> int | None:
        """An image's, if a word could begin here; the one that ends a sentence is never held."""
        may_be_image = not self._previous(at) or self._previous(at) in BEFORE_IMAGE
        following = self._text[at + 1 : at + 2]
        if may_be_image and not following and not ended:
            return None
        if may_be_image and following == "[":
            found = read_brackets(self._text, at + 1, ended=ended)
            if found is None:
                return None
            if isinstance(found, Brackets) and found.following and found.following in "([":
                return at + 1
        return self._keep(at, at + 1)

    def _angle(self, at: int, *, ended: bool) -> int | None:
        near = self._text[at : at + len(COMMENT[0])]
        if near == COMMENT[0]:
            self._comment = True
            return at + len(near)
        if COMMENT[0].startswith(near) and len(near) > 1 and not ended:
            return None
        found = read_angle(self._text, at, ended=ended)
        if found is None:
            return None
        if not isinstance(found, Angle):
            return self._keep(at, at + 1)
        if found.inner:
            self._keep(*found.inner)
        return self._say(found.says, at, found.end) if found.says else found.end

    def _in_comment(self, at: int) -> int | None:
        end = self._text.find(COMMENT[1], at)
        if end >= 0:
            self._comment = False
            return end + len(COMMENT[1])
        kept = len(COMMENT[1]) - 1  # its end may have begun
        return len(self._text) - kept if len(self._text) - kept > at else None

    def _entity(self, at: int, *, ended: bool) -> int | None:
        found = read_entity(self._text, at, ended=ended)
        if found is None:
            return None
        return self._say(found[0], at, found[1]) if isinstance(found, tuple) else self._keep(at, at + 1)

    def _backslash(self, at: int, *, ended: bool) -> int | None:
        following = self._text[at + 1 : at + 2]
        if not following and not ended:
            return None
        if following in PUNCTUATION and following:
            return self._keep(at + 1, at + 2)
        return at + 1 if following == "\n" else self._keep(at, at + 1)

    def _cell_edge(self, at: int, *, ended: bool) -> int | None:
        """Between two cells there is a comma; at the end of the row nothing."""
        edge = CELL_EDGE.match(self._text, at, at + LONGEST_GAP)
        assert edge is not None
        end, following = edge.end(), self._text[edge.end() : edge.end() + 1]
        if not following and not ended and end - at < LONGEST_GAP:
            return None
        if "|" not in edge.group():
            return self._keep(at, end)
        if following in ("", "\n", "\r"):
            return end
        return self._say(" " if self._previous(at) in ENDS_PHRASE else ", ", at, end)
