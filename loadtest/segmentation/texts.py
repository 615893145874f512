"""Texts whose sentence ends are known: our own, written by hand, and the public ones.

Our own are files of one language each. A line `== category` begins a text; ‖ stands where a sentence ends, ⁞ where the
same end may stand instead (after an emoji), ¦ where a cut costs nothing. The public ones are JSON lines: `req` lists
the acceptable places of each end, `opt` the places that cost nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADER = "== "

SAMPLE = 40  # paragraphs per treebank


@dataclass(frozen=True, slots=True)
class Text:
    """ends: of the sentences, each with all places where it may be cut; allowed: where a cut costs nothing.

    Places count the characters that are no white space, so that it does not matter which side a space goes to. The end
    of the text is no place.
    """

    group: str
    language: str
    category: str
    text: str
    ends: tuple[frozenset[int], ...]
    allowed: frozenset[int]


class BadText(Exception):
    """A file of texts that cannot be read; says where."""


def ranks(text: str) -> list[int]:
    """ranks[i]: how many characters of text[:i] are no white space."""
    counts = [0]
    for character in text:
        counts.append(counts[-1] + (not character.isspace()))
    return counts


def read_own(folder: Path, group: str) -> list[Text]:
    paths = sorted(folder.glob("*.txt"))
    return [text for path in paths for text in _read_marked(path, group)]


def _read_marked(path: Path, group: str) -> Iterator[Text]:
    head, *parts = ("\n" + path.read_text(encoding="utf-8")).split("\n" + HEADER)
    if head.strip():
        raise BadText(f"{path}: a text must begin with a line {HEADER!r}")
    for part in parts:
        category, _, body = part.partition("\n")
        yield from_marked(body.rstrip("\n"), group, path.stem, category.strip())


def from_marked(body: str, group: str, language: str, category: str) -> Text:
    text = ""
    required: list[list[int]] = []
    optional: list[int] = []
    for character in body:
        match character:
            case "‖":
                required.append([len(text)])
            case "⁞" if required:
                required[-1].append(len(text))
            case "⁞":
                raise BadText(f"{language}, {category}: ⁞ stands for an end after ‖, and there is none")
            case "¦":
                optional.append(len(text))
            case _:
                text += character
    return _text(group, language, category, text, required=required, optional=optional)


def read_public(path: Path, group: str) -> list[Text]:
    """Nothing where the file is not there: the public texts are not part of the project."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        _text(group, row["lang"], f"{row['cat']}/{row['id']}", row["text"], required=row["req"], optional=row["opt"])
        for row in rows
    ]


def sampled(texts: list[Text], count: int = SAMPLE) -> list[Text]:
    """`count` of every language and treebank, spread over all of it."""
    groups: dict[tuple[str, str], list[Text]] = {}
    for text in texts:
        groups.setdefault((text.language, text.category.split("/")[0]), []).append(text)
    return [text for group in groups.values() for text in group[:: max(1, len(group) // count)][:count]]


def _text(
    group: str, language: str, category: str, text: str, *, required: list[list[int]], optional: list[int]
) -> Text:
    counts = ranks(text)
    inner = [frozenset(counts[place] for place in places) for places in required]
    ends = tuple(places for places in inner if not places & {0, counts[-1]})
    return Text(group, language, category, text, ends, frozenset(counts[place] for place in optional))
