"""What stands inside a line of Markdown: emphasis, code, cells, characters; links.py has the rest."""

import re
from typing import Protocol

from gateway.core.cleaning.markdown.buffer import Buffer
from gateway.core.cleaning.markdown.links import Links
from gateway.core.cleaning.markdown.spans import PUNCTUATION, flanks, is_sign, read_entity

LONGEST_RUN = 16  # of asterisks or backticks; more of them are an ornament
LONGEST_GAP = 64  # white space before the edge of a table's cell

MARKS = re.compile(r"[*_~`\[\]!<&\\\n]")
MARKS_IN_ROW = re.compile(r"[*_~`\[\]!<&\\\n|]|[ \t]++(?=\||\Z)")
MARKS_IN_CODE = re.compile(r"[`\n]")
CELL_EDGE = re.compile(r"[ \t]*+(?:\|[ \t]*+)*+")
ENDS_PHRASE = ".,;:!?。、，；：！？"


class Handler(Protocol):
    def __call__(self, at: int, *, ended: bool) -> int | None:
        """Decides what is at `at`; where that ends, or None if more text is needed."""


class Inline:
    """row: the line is one of a table."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self.links = Links(buffer)
        self._handlers: dict[str, Handler] = {
            **dict.fromkeys("*_~`", self._run_of_marks),
            "[": self.links.bracket,
            "!": self.links.exclamation,
            "<": self.links.angle,
            "&": self._entity,
            "\\": self._backslash,
        }
        self.restart()

    def restart(self) -> None:
        self.row = False
        self._code = 0  # backticks that opened the code span
        self._ornament = ""  # the mark of a long row of them
        self._emphasis: set[str] = set()
        self.links.restart()

    def end_paragraph(self) -> None:
        self._emphasis.clear()

    def end_line(self) -> None:
        self.row = False
        self._code = 0
        self.links.end_line()

    @property
    def inside(self) -> bool:
        """Whether we are where even a line's end is nothing special."""
        return self.links.inside or bool(self._ornament)

    def step(self, at: int, *, ended: bool) -> int | None:
        """Decides what is at `at`; where that ends, or None if more text is needed. Not for the end of a line."""
        if self.links.inside:
            return self.links.go_on(at)
        if self._ornament:
            return self._skip_ornament(at)
        text = self._buffer.text
        mark = (MARKS_IN_CODE if self._code else MARKS_IN_ROW if self.row else MARKS).search(text, at)
        if mark is None or mark.start() > at:
            return self._buffer.keep(at, mark.start() if mark else len(text))
        if mark.group() == "]":
            return self.links.closing_bracket(at)
        return self._handlers.get(mark.group(), self._cell_edge)(at, ended=ended)

    def _run_of_marks(self, at: int, *, ended: bool) -> int | None:
        mark, text = self._buffer.text[at], self._buffer.text
        end = at + 1
        while end < len(text) and text[end] == mark:
            end += 1
            if end - at > LONGEST_RUN:
                self._ornament = mark
                return end
        if end == len(text) and not ended:
            return None
        if mark == "`":
            return self._backticks(at, end)
        return end if self._is_markup(at, end) else self._buffer.keep(at, end)

    def _skip_ornament(self, at: int) -> int:
        text, end = self._buffer.text, at
        while end < len(text) and text[end] == self._ornament:
            end += 1
        if end < len(text):
            self._ornament = ""
        return end

    def _backticks(self, at: int, end: int) -> int:
        """Code is spoken as it stands, without its marks."""
        if self._code and self._code != end - at:
            return self._buffer.keep(at, end)
        self._code = 0 if self._code else end - at
        return end

    def _is_markup(self, at: int, end: int) -> bool:
        """Emphasis that opens, or closes what is open."""
        mark, length = self._buffer.text[at], end - at
        before, after = self._buffer.previous(at), self._buffer.text[end : end + 1]
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

    def _entity(self, at: int, *, ended: bool) -> int | None:
        found = read_entity(self._buffer.text, at, ended=ended)
        if found is None:
            return None
        return self._buffer.say(found[0], at, found[1]) if isinstance(found, tuple) else self._buffer.keep(at, at + 1)

    def _backslash(self, at: int, *, ended: bool) -> int | None:
        following = self._buffer.text[at + 1 : at + 2]
        if not following and not ended:
            return None
        if following in PUNCTUATION:
            return self._buffer.keep(at + 1, at + 2)
        return at + 1 if following == "\n" else self._buffer.keep(at, at + 1)

    def _cell_edge(self, at: int, *, ended: bool) -> int | None:
        """Between two cells there is a comma; at the end of the row nothing."""
        buffer = self._buffer
        edge = CELL_EDGE.match(buffer.text, at, at + LONGEST_GAP)
        assert edge is not None
        end, following = edge.end(), buffer.text[edge.end() : edge.end() + 1]
        if not following and not ended and end - at < LONGEST_GAP:
            return None
        if "|" not in edge.group():
            return buffer.keep(at, end)
        if following in ("", "\n", "\r"):
            return end
        return buffer.say(" " if buffer.previous(at) in ENDS_PHRASE else ", ", at, end)
