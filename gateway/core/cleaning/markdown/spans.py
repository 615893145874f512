"""Markdown inside a line: emphasis, links, tags, character entities. Pure; regular expressions that never go back."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_SPAN = 300  # characters of a link's text or a tag; what is longer is text

PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_INNER = r"(?:[^\[\]\\\n]|\\.)*+"
_INSIDE = rf"(?:[^\[\]\\\n]|\\.|\[{_INNER}\])*+"
BRACKETS = re.compile(rf"\[{_INSIDE}\]")
BRACKETS_BEGUN = re.compile(rf"\[{_INSIDE}(?:\[{_INNER})?\\?\Z")
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'=<>`]+)"""
_ATTRIBUTE = r"[A-Za-z_:@][\w:.@-]*\s*"
_ATTRIBUTES = rf"(?:\s+{_ATTRIBUTE}=\s*{_VALUE})*+"
TAG = re.compile(rf"</?(?P<name>[A-Za-z][A-Za-z0-9]*){_ATTRIBUTES}\s*/?>")
_VALUE_BEGUN = r"""(?:"[^"\n]*|'[^'\n]*|[^\s"'=<>`]*)"""
_ATTRIBUTE_BEGUN = rf"\s*(?:/|{_ATTRIBUTE}(?:=\s*{_VALUE_BEGUN})?)?"
TAG_BEGUN = re.compile(rf"</?(?:[A-Za-z][A-Za-z0-9]*(?:{_ATTRIBUTES}{_ATTRIBUTE_BEGUN})?)?\Z")
AUTOLINK = re.compile(r"<(?P<link>[a-z][a-z0-9+.-]{1,15}:[^\s<>]*|[\w.+-]+@[\w.-]+)>")
AUTOLINK_BEGUN = re.compile(r"<(?:[a-z][a-z0-9+.-]{1,15}:[^\s<>]*|[\w.+-]+@[\w.-]*)\Z")
# An address where a link's is kept ("[1]: https://..."), which tells it from what somebody says ("[Ann]: Hello").
_TARGET = r"[ \t]{0,16}<?(?:\.{0,2}/\S|www\.|[A-Za-z][A-Za-z0-9+.-]{1,15}:\S)"
TARGET = re.compile(_TARGET)
TARGET_BEGUN = re.compile(r"[ \t]{0,16}<?(?:\.{0,2}/?|w{0,3}|[A-Za-z][A-Za-z0-9+.-]{0,15}:?)\Z")
# What follows "[text](": no white space, but before a title. Else it is text: "f[i](x + 1)".
ADDRESS = re.compile(rf"{_TARGET}|[ \t]{{0,16}}(?:<|[^\s)]{{32}}|[^\s)]*\)|[^\s)]+[ \t]{{1,16}}[\"'(])")
ADDRESS_BEGUN = re.compile(r"[ \t]{0,16}[^\s)]{0,31}[ \t]{0,16}\Z")
ENTITY = re.compile(r"&(?:(?P<name>[A-Za-z]{2,8})|#(?P<decimal>[0-9]{1,7})|#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6}));")
ENTITY_BEGUN = re.compile(r"&(?:[A-Za-z]{0,8}|#[0-9]{0,7}|#[xX][0-9A-Fa-f]{0,6})\Z")
ENTITIES = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "mdash": "—", "ndash": "–",
    "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«", "raquo": "»",
    "euro": "€", "pound": "£", "yen": "¥", "cent": "¢", "copy": "©", "reg": "®", "trade": "™", "deg": "°",
    "times": "×", "divide": "÷", "plusmn": "±", "middot": "·", "bull": "•", "rarr": "→", "larr": "←",
}  # fmt: skip
# HTML's elements; another name in angle brackets is text ("List<String>"). The first end a line.
LINES = frozenset((
    "blockquote", "br", "div", "dd", "dl", "dt", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
))  # fmt: skip
WITHIN_LINES = frozenset((
    "a", "abbr", "b", "big", "center", "cite", "code", "col", "colgroup", "del", "details", "dfn", "em", "figcaption",
    "font", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "summary", "sup", "tbody", "td", "tfoot", "th", "thead", "time", "title", "tt", "u", "var", "video",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flanks:
    """A run of * or _ and what stands beside it (CommonMark 0.31, section 6.2)."""

    opens: bool
    closes: bool


def flanks(mark: str, before: str, after: str) -> Flanks:
    """before, after: the characters beside the run; empty at the end of the text."""
    left = not _is_space(after) and (not _is_punctuation(after) or _is_space(before) or _is_punctuation(before))
    right = not _is_space(before) and (not _is_punctuation(before) or _is_space(after) or _is_punctuation(after))
    if mark == "_":  # never inside a word: snake_case
        return Flanks(left and (not right or _is_punctuation(before)), right and (not left or _is_punctuation(after)))
    return Flanks(left, right)


def is_sign(before: str, after: str, length: int) -> bool:
    """Whether asterisks between two words are none of Markdown's, as far as one can tell: 2*3, a*b, 2**3."""
    if length == 1:
        return _is_latin(before) or _is_latin(after)
    return before.isdigit() or after.isdigit()


def _is_latin(character: str) -> bool:
    return character.isalnum() and character.isascii()


def _is_space(character: str) -> bool:
    return not character or character.isspace()


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"


@dataclass(frozen=True, slots=True)
class Brackets:
    """[...]: from `at` to `end`, and what follows: a character, perhaps of an address."""

    end: int
    following: str
    leads_to_address: bool


def read_brackets(text: str, at: int, *, ended: bool) -> Brackets | bool | None:
    """False: no brackets that mean anything; None: more text is needed."""
    near = text[at : at + LONGEST_SPAN]
    found = BRACKETS.match(near)
    if found is None:
        undecided = len(near) < LONGEST_SPAN and not ended and BRACKETS_BEGUN.match(near)
        return None if undecided else False
    end = at + found.end()
    following = text[end : end + 1]
    if not following and not ended:
        return None
    leads = begins(ADDRESS, ADDRESS_BEGUN, text, end + 1, ended=ended) if following == "(" else following == "["
    return None if leads is None else Brackets(end, following, leads)


def begins(whole: re.Pattern[str], begun: re.Pattern[str], text: str, at: int, *, ended: bool) -> bool | None:
    """Whether text[at:] begins with what `whole` matches; None: more text is needed."""
    if whole.match(text, at):
        return True
    return None if not ended and begun.match(text, at) else False


@dataclass(frozen=True, slots=True)
class Angle:
    """<...>: what is said of it, or which stretch of it is spoken."""

    end: int
    says: str = ""
    inner: tuple[int, int] | None = None


def read_angle(text: str, at: int, *, ended: bool) -> Angle | bool | None:
    """False: it is text; None: more text is needed."""
    near = text[at : at + LONGEST_SPAN]
    if tag := TAG.match(near):
        name = tag["name"].lower()
        if name in LINES:
            return Angle(at + tag.end(), "\n")
        return Angle(at + tag.end()) if name in WITHIN_LINES else False
    if link := AUTOLINK.match(near):
        return Angle(at + link.end(), inner=(at + link.start("link"), at + link.end("link")))
    if not ended and len(near) < LONGEST_SPAN and (TAG_BEGUN.match(near) or AUTOLINK_BEGUN.match(near)):
        return None
    return False


def read_entity(text: str, at: int, *, ended: bool) -> tuple[str, int] | bool | None:
    """What it stands for and where it ends; False: it is text; None: more text is needed."""
    near = text[at : at + LONGEST_SPAN]
    entity = ENTITY.match(near)
    if entity is None:
        return None if not ended and ENTITY_BEGUN.match(near) else False
    said = ENTITIES.get(entity["name"], "") if entity["name"] else _numbered(entity)
    return (said, at + entity.end()) if said else False


def _numbered(entity: re.Match[str]) -> str:
    code = int(entity["decimal"] or "0") or int(entity["hexadecimal"] or "0", 16)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""
