"""SSML as it arrives: a subset of W3C's Speech Synthesis Markup Language 1.1 (docs/text.md has the list).

What an element means is in elements.py. Here: which elements are open, and what their text becomes. Line ends in the
text are white space, since files are wrapped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.core.cleaning.parts import Part, Pause, Restyle, Run
from gateway.core.cleaning.ssml.elements import CONTAINERS, REPLACED, pause_of, restyle
from gateway.core.cleaning.ssml.replacements import replace_text
from gateway.core.cleaning.ssml.tokens import Close, Open, Text, Token, Tokenizer, problem
from gateway.core.style import Style

DEEPEST = 32  # elements inside each other
LONGEST_CONTENT = 1_000  # characters in an element whose text is replaced
PARAGRAPH = 0.4  # seconds
LINES = {ord(line_end): " " for line_end in "\n\r\t"}


@dataclass(slots=True)
class _Element:
    """outer: the style around it. For one whose text is replaced: what it holds so far, and whether that was said."""

    opened: Open
    outer: Style
    content: list[Text] = field(default_factory=list)
    said: bool = False

    @property
    def name(self) -> str:
        return self.opened.name


class SsmlCleaner:
    """append(text) -> parts that are settled; flush() -> the rest; clear() drops the rest and forgets open elements.

    append and flush raise InvalidText.
    """

    def __init__(self, language: str = "") -> None:
        """language: the context's, for say-as."""
        self._language = language
        self._tokens = Tokenizer()
        self._restart()

    def append(self, text: str) -> list[Part]:
        return [part for token in self._tokens.append(text) for part in self._take(token)]

    def flush(self) -> list[Part]:
        self._tokens.flush()
        return list(self._replace(self._open[-1])) if self._open else []

    def clear(self) -> None:
        self._tokens.clear()
        self._restart()

    def _restart(self) -> None:
        self._open: list[_Element] = []
        self._style = self._told = Style()
        self._styled_at = 0
        self._boundary: float | None = None  # a pause that comes before the next text, if anything came before it
        self._speaking = False

    def _take(self, token: Token) -> Iterator[Part]:
        match token:
            case Text():
                yield from self._text(token)
            case Open():
                yield from self._begin(token)
            case Close():
                yield from self._end(token)

    def _text(self, text: Text) -> Iterator[Part]:
        element = self._open[-1] if self._open else None
        if element is not None and element.name in REPLACED:
            element.content.append(text)
            if sum(len(each.text) for each in element.content) > LONGEST_CONTENT:
                raise problem(f"<{element.name}> holds more than {LONGEST_CONTENT} characters", element.opened.start)
            return
        yield from self._say(Run(text.text.translate(LINES), text.start, text.end, whole=text.whole))

    def _say(self, run: Run) -> Iterator[Part]:
        """White space belongs to what was before, so that it changes nothing how the text was cut."""
        if self._speaking and self._boundary is None and self._style is self._told:
            yield run
            return
        space = 0 if run.whole else len(run.text) - len(run.text.lstrip())
        start = run.start + space
        if space:
            yield Run(run.text[:space], run.start, start)
        if space == len(run.text):
            return
        if self._speaking and self._boundary is not None:
            yield Pause(self._boundary, start, start)
        self._boundary, self._speaking = None, True
        if self._style != self._told:
            yield Restyle(self._style, self._styled_at)
        self._told = self._style
        yield replace(run, text=run.text[space:], start=start)

    def _begin(self, opened: Open) -> Iterator[Part]:
        name, parent = opened.name, self._open[-1] if self._open else None
        known = name in CONTAINERS or name in REPLACED or name in ("break", "mark") or ":" in name
        if not known:
            raise problem(f"<{name}> is not supported", opened.start)
        if parent is not None and parent.name in (*REPLACED, "break", "mark"):
            raise problem(f"<{parent.name}> holds no elements, but <{name}>", opened.start)
        if name == "speak" and parent is not None:
            raise problem("<speak> stands inside another element", opened.start)
        if len(self._open) == DEEPEST:
            raise problem(f"more than {DEEPEST} elements inside each other", opened.start)
        self._open.append(_Element(opened, self._style))
        if name == "break":
            self._speaking = True
            yield from ([Pause(seconds, opened.start, opened.end)] if (seconds := pause_of(opened)) else [])
        self._set_style(restyle(opened, self._style), opened.start)
        self._part(name)

    def _end(self, closed: Close) -> Iterator[Part]:
        if not self._open or self._open[-1].name != closed.name:
            wanted = f"</{self._open[-1].name}>" if self._open else "none"
            raise problem(f"</{closed.name}>, where {wanted} is open", closed.start)
        element = self._open.pop()
        yield from self._replace(element)
        self._set_style(element.outer, closed.start)
        self._part(closed.name)

    def _set_style(self, style: Style, at: int) -> None:
        if style != self._style:
            self._style, self._styled_at = style, at

    def _part(self, name: str) -> None:
        if name in ("p", "s"):
            self._boundary = max(self._boundary or 0.0, PARAGRAPH if name == "p" else 0.0)

    def _replace(self, element: _Element) -> Iterator[Part]:
        """What is said for the text that a replacing element holds; the first part of it if a flush comes within."""
        if element.name not in REPLACED or (element.said and (element.name != "say-as" or not element.content)):
            element.content.clear()
            return
        text = "".join(each.text for each in element.content).translate(LINES)
        start = element.content[0].start if element.content else element.opened.end
        end = element.content[-1].end if element.content else element.opened.end
        element.content.clear()
        element.said = True
        said = replace_text(element.opened, text, self._style.language or self._language)
        if said.text:
            yield from self._say(Run(said.text, start, end, whole=True, ipa=said.ipa, fixed=True))
