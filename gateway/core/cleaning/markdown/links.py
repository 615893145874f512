"""What stands in brackets inside a line of Markdown: links, images, footnotes, HTML."""

import re

from gateway.core.cleaning.markdown.buffer import Buffer
from gateway.core.cleaning.markdown.spans import (
    TARGET,
    TARGET_BEGUN,
    Angle,
    Brackets,
    begins,
    read_angle,
    read_brackets,
)

LONGEST_ADDRESS = 2_000

ADDRESS_MARKS = re.compile(r"[()\[\]\n]")
CLOSING = {"(": ")", "[": "]"}
COMMENT = ("<!--", "-->")
BEFORE_IMAGE = frozenset(" \t\n([*_>|")


class Links:
    """Each method decides what is at a place: where that ends, or None if more text is needed.

    line_begins: where the text of the line does, in the client's. skips_line: what follows on the line is not spoken;
    whoever skips it clears it.
    """

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self.line_begins = 0
        self.skips_line = False
        self.restart()

    def restart(self) -> None:
        self._comment = False
        self._opening = ""  # of the address of a link that we are in
        self._depth = 0
        self._left = 0  # characters that the address may still have
        self._closings: list[int] = []  # where the brackets of links close, in the client's text

    def end_line(self) -> None:
        self._closings.clear()

    @property
    def inside(self) -> bool:
        """Whether we are in a comment or an address, where no mark means anything else."""
        return self._comment or bool(self._opening)

    def go_on(self, at: int) -> int | None:
        """While `inside`."""
        return self._in_comment(at) if self._comment else self._in_address(at)

    def bracket(self, at: int, *, ended: bool) -> int | None:
        buffer = self._buffer
        found = read_brackets(buffer.text, at, ended=ended)
        if found is None:
            return None
        if not isinstance(found, Brackets):
            return buffer.keep(at, at + 1)
        inner = buffer.text[at + 1 : found.end - 1]
        defines = found.following == ":" and buffer.start + at == self.line_begins
        if inner.startswith("^") and " " not in inner:  # a footnote's number, before its text, too
            return found.end + defines
        target = defines and begins(TARGET, TARGET_BEGUN, buffer.text, found.end + 1, ended=ended)
        if target is not False:
            self.skips_line = bool(target)
            return found.end if target else None
        if found.leads_to_address:
            self._closings.append(buffer.start + found.end - 1)
            return at + 1
        return buffer.keep(at, at + 1)

    def closing_bracket(self, at: int) -> int:
        buffer = self._buffer
        if not self._closings or self._closings[-1] != buffer.start + at:
            return buffer.keep(at, at + 1)
        self._closings.pop()
        self._opening, self._depth, self._left = buffer.text[at + 1], 1, LONGEST_ADDRESS
        return at + 2

    def exclamation(self, at: int, *, ended: bool) -> int | None:
        """An image's, if a word could begin here; the one that ends a sentence is never held."""
        buffer = self._buffer
        before, following = buffer.previous(at), buffer.text[at + 1 : at + 2]
        if before and before not in BEFORE_IMAGE:
            return buffer.keep(at, at + 1)
        if not following and not ended:
            return None
        if following == "[":
            found = read_brackets(buffer.text, at + 1, ended=ended)
            if found is None:
                return None
            if isinstance(found, Brackets) and found.leads_to_address:
                return at + 1
        return buffer.keep(at, at + 1)

    def angle(self, at: int, *, ended: bool) -> int | None:
        buffer = self._buffer
        near = buffer.text[at : at + len(COMMENT[0])]
        if near == COMMENT[0]:
            self._comment = True
            return at + len(near)
        if COMMENT[0].startswith(near) and len(near) > 1 and not ended:
            return None
        found = read_angle(buffer.text, at, ended=ended)
        if found is None:
            return None
        if not isinstance(found, Angle):
            return buffer.keep(at, at + 1)
        if found.inner:
            buffer.keep(*found.inner)
        return buffer.say(found.says, at, found.end) if found.says else found.end

    def _in_comment(self, at: int) -> int | None:
        text = self._buffer.text
        end = text.find(COMMENT[1], at)
        if end >= 0:
            self._comment = False
            return end + len(COMMENT[1])
        settled = len(text) - len(COMMENT[1]) + 1  # its end may have begun
        return settled if settled > at else None

    def _in_address(self, at: int) -> int:
        """It is not spoken. One that does not close ends with the line."""
        text = self._buffer.text
        last = min(len(text), at + self._left)
        mark = ADDRESS_MARKS.search(text, at, last)
        end = mark.start() if mark else last
        self._left -= end - at
        if mark is None or mark.group() == "\n":
            if mark is not None or not self._left:
                self._opening = ""
            return end
        self._depth += (mark.group() == self._opening) - (mark.group() == CLOSING[self._opening])
        self._left -= 1
        if not self._depth or not self._left:
            self._opening = ""
        return end + 1
