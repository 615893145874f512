"""XML in pieces: as much of it as SSML needs, and nothing that can grow.

Elements, the five entities and numbered characters, comments, CDATA. No document types, no other entities; processing
instructions mean nothing. Markup that is not complete is held, up to LONGEST characters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.errors import InvalidText

LONGEST = 4_096  # characters of one tag, comment or CDATA section; a long alias has 200
LONGEST_ENTITY = 12

MARK = re.compile("[<&]")
NAME = r"[A-Za-z_][\w.:-]*"
TAG = re.compile(rf"""<(?P<end>/?)(?P<name>{NAME})(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*+)>""")
TAG_END = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*+>""")
ATTRIBUTE = re.compile(rf"""\s+(?P<name>{NAME})\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
ENTITY = re.compile(r"&(?:(?P<name>amp|lt|gt|quot|apos)|#(?P<decimal>[0-9]{1,7})|#x(?P<hexadecimal>[0-9A-Fa-f]{1,6}));")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# What begins and ends what is no element.
SPECIAL = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
CDATA = SPECIAL[1]


@dataclass(frozen=True, slots=True)
class Text:
    """source[start:end], where it stands so; or, if `whole`, what an entity stands for."""

    text: str
    start: int
    end: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    name: str
    attributes: Mapping[str, str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Close:
    """An element's end; an empty element is an Open and a Close."""

    name: str
    start: int
    end: int


Token = Text | Open | Close


def problem(what: str, at: int) -> InvalidText:
    """at: offset in the client's text."""
    return InvalidText(f"SSML, at character {at}: {what}")


class Tokenizer:
    """append and flush raise InvalidText."""

    def __init__(self) -> None:
        self._held = ""
        self._start = 0  # of what is held

    def append(self, text: str) -> Iterator[Token]:
        source, at = self._held + text, 0
        while at < len(source):
            mark = MARK.search(source, at)
            end = mark.start() if mark else len(source)
            if end > at:
                yield Text(source[at:end], self._start + at, self._start + end)
            at = end
            if mark is None or (found := self._markup(source, at)) is None:
                break
            tokens, at = found
            yield from tokens
        self._held = source[at:]
        self._start += at

    def flush(self) -> None:
        if self._held:
            raise problem("the text ends within a tag or an entity", self._start)

    def clear(self) -> None:
        self._start += len(self._held)
        self._held = ""

    def _markup(self, source: str, at: int) -> tuple[list[Token], int] | None:
        """The tokens at `at`, and where they end; None: more text is needed."""
        if source[at] == "&":
            return self._entity(source, at)
        for opening, closing in SPECIAL:
            if source.startswith(opening, at):
                return self._special(source, at, opening, closing)
        if any(opening.startswith(source[at : at + len(opening)]) for opening, _ in SPECIAL):
            return None
        return self._tag(source, at)

    def _entity(self, source: str, at: int) -> tuple[list[Token], int] | None:
        entity = ENTITY.match(source, at)
        if entity is None:
            if re.fullmatch(r"&#?\w*", source[at:]) and len(source) - at < LONGEST_ENTITY:
                return None
            raise problem("'&' is written &amp;; other entities than the five of XML are not known", self._start + at)
        return [Text(self._character(entity), self._start + at, self._start + entity.end(), whole=True)], entity.end()

    def _character(self, entity: re.Match[str]) -> str:
        if entity["name"]:
            return ENTITIES[entity["name"]]
        code = int(entity["decimal"] or "0") or int(entity["hexadecimal"] or "0", 16)
        allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        if not allowed:
            raise problem(f"{entity[0]} is no character of XML", self._start + entity.start())
        return chr(code)

    def _special(self, source: str, at: int, opening: str, closing: str) -> tuple[list[Token], int] | None:
        inner = at + len(opening)
        end = source.find(closing, inner)
        if end < 0:
            self._bound(len(source) - at, at)
            return None
        self._bound(end - at, at)
        text = source[inner:end] if (opening, closing) == CDATA else ""
        tokens: list[Token] = [Text(text, self._start + inner, self._start + end)] if text else []
        return tokens, end + len(closing)

    def _tag(self, source: str, at: int) -> tuple[list[Token], int] | None:
        following = source[at + 1 : at + 2]
        if following == "!":
            raise problem("document types and other declarations are not read", self._start + at)
        if following and not (following.isascii() and following.isalpha()) and following not in "/_":
            raise problem("'<' is written &lt; where it begins no tag", self._start + at)
        tag = TAG.match(source, at)
        if tag is None:
            if TAG_END.match(source, at):
                raise problem("a tag that cannot be read", self._start + at)
            self._bound(len(source) - at, at)
            return None
        self._bound(tag.end() - at, at)
        return list(self._element(tag)), tag.end()

    def _element(self, tag: re.Match[str]) -> Iterator[Token]:
        start, end, name = self._start + tag.start(), self._start + tag.end(), tag["name"]
        if tag["end"]:
            if tag["rest"].strip():
                raise problem(f"</{name}> has attributes", start)
            yield Close(name, start, end)
            return
        empty = tag["rest"].endswith("/")
        yield Open(name, self._attributes(tag["rest"].removesuffix("/"), name, start), start, end)
        if empty:
            yield Close(name, end, end)

    def _attributes(self, text: str, element: str, start: int) -> dict[str, str]:
        found: dict[str, str] = {}
        at = 0
        while at < len(text.rstrip()):
            attribute = ATTRIBUTE.match(text, at)
            if attribute is None or attribute["name"] in found:
                raise problem(f"the attributes of <{element}> cannot be read", start)
            value = attribute["double"] if attribute["double"] is not None else attribute["single"]
            found[attribute["name"]] = self._value(value, element, start)
            at = attribute.end()
        return found

    def _value(self, value: str, element: str, start: int) -> str:
        bare = ENTITY.sub("", value)
        if "&" in bare or "<" in bare:
            raise problem(f"an attribute of <{element}> has a '&' or '<' that is not written as an entity", start)
        return ENTITY.sub(self._character, value)

    def _bound(self, length: int, at: int) -> None:
        if length > LONGEST:
            raise problem(f"a tag or comment of more than {LONGEST} characters", self._start + at)
