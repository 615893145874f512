"""Markdown as it arrives: what a reader would say aloud (docs/text.md has the table).

The buffer holds what cannot be told yet: the marks at the start of a line, a run of asterisks until the next character
comes, the text of a link until its bracket closes. All of that is bounded; what is longer is text. Each character is
decided once, from what stands before it and a bounded stretch after it, so the result does not depend on how the text
was cut. A flush settles everything, and ends the line.
"""

from gateway.core.cleaning.markdown.buffer import Buffer
from gateway.core.cleaning.markdown.inline import Inline
from gateway.core.cleaning.markdown.lines import Kind, ends_fence, read_line
from gateway.core.cleaning.parts import Part


class MarkdownCleaner:
    """append(text) -> parts that are settled; flush() -> the rest; clear() drops the rest and forgets what is open."""

    def __init__(self) -> None:
        self._buffer = Buffer()
        self._inline = Inline(self._buffer)
        self._begin_anew()
        self._fence = ""  # the marks that opened the block of code

    def append(self, text: str) -> list[Part]:
        self._buffer.text += text
        return self._take(ended=False)

    def flush(self) -> list[Part]:
        parts = self._take(ended=True)
        self._begin_anew()
        return parts

    def clear(self) -> None:
        self._buffer.clear()
        self._begin_anew()
        self._fence = ""
        self._skipping = False

    def _begin_anew(self) -> None:
        """A line; code and what is skipped go on."""
        self._line_begins = True
        self._item = False  # a list's marker has just been read
        self._skipping = False  # to the end of the line
        self._inline.restart()
        self._buffer.begin_anew()

    def _take(self, *, ended: bool) -> list[Part]:
        at = 0
        while at < len(self._buffer.text):
            following = self._step(at, ended=ended)
            if following is None:
                break
            at = following
        return self._buffer.take(at)

    def _step(self, at: int, *, ended: bool) -> int | None:
        """Decides what is at `at`; where that ends, or None if more text is needed."""
        if self._inline.inside:
            return self._inline.step(at, ended=ended)
        if self._skipping:
            return self._skip_line(at)
        if self._line_begins:
            return self._begin_line(at, ended=ended)
        if self._buffer.text[at] == "\n":
            return self._end_line(at)
        following = self._inline.step(at, ended=ended)
        if self._inline.links.skips_line:
            self._inline.links.skips_line, self._skipping = False, True
        return following

    def _begin_line(self, at: int, *, ended: bool) -> int | None:
        if self._fence:
            return self._in_fence(at, ended=ended)
        text = self._buffer.text
        line = read_line(text, at, ended=ended, item=self._item)
        if line is None:
            return None
        self._item = line.kind is Kind.ITEM
        self._line_begins = line.kind in (Kind.MARK, Kind.ITEM)
        self._inline.row = line.kind is Kind.ROW
        self._inline.links.line_begins = self._buffer.start + line.end
        if line.kind is Kind.FENCE:
            self._fence = text[at : line.end].lstrip()
            self._skipping = True
        if text.startswith("\n", line.end) and line.kind is Kind.TEXT:
            self._inline.end_paragraph()
        return line.end

    def _in_fence(self, at: int, *, ended: bool) -> int | None:
        end = ends_fence(self._buffer.text, at, self._fence, ended=ended)
        if end is None:
            return None
        if end > at:
            self._fence = ""
        else:
            self._skipping, self._line_begins = True, False
        return end

    def _skip_line(self, at: int) -> int:
        end = self._buffer.text.find("\n", at)
        if end < 0:
            return len(self._buffer.text)
        self._skipping, self._line_begins = False, True
        return end + 1

    def _end_line(self, at: int) -> int:
        self._line_begins = True
        self._inline.end_line()
        return self._buffer.keep(at, at + 1)
