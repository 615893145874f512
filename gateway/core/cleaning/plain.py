"""Plain text: every character is spoken but those that no voice has a sound for.

    emoji, and dingbats as they are used for them    nothing; between two words a space
    control characters                               a space, except tab and line ends
    zero-width characters, direction marks, soft hyphens, private and unassigned characters, lone surrogates    nothing
    the joiners U+200C and U+200D                    kept after a letter of a script that joins (Persian, Hindi)

Each character is judged by itself and by what was kept before it, so nothing is held back.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.core.cleaning.parts import Part, Run

# Superset of what is changed: most text has none of it and passes at the speed of a search.
SUSPECT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u3164"
    "\u3297\u3299\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001f000-\U0001faff"
    "\U000e0000-\U0010ffff]"
)
PICTURE = re.compile(
    "[\u20d0-\u20ff\u231a-\u231b\u2328\u23cf\u23e9-\u23fa\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\ufe00-\ufe0f\U0001f000-\U0001f0ff\U0001f170-\U0001f1ff\U0001f201-\U0001faff\U000e0020-\U000e007f]"
)
PART_OF_ONE = re.compile("[\u20d0-\u20ff\ufe00-\ufe0f\U000e0020-\U000e007f]")  # says something about the one before
JOINERS = "\u200c\u200d"
JOINING = frozenset({"Lo", "Mn", "Mc"})
INVISIBLE = frozenset({"Cf", "Cs", "Co", "Cn"})
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")


class Scrub:
    """For what any cleaner gives: takes out of its runs what cannot be spoken."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._before = " "

    def scrub(self, parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            if not isinstance(part, Run):
                self._before = " "
                yield part
            elif not part.text:
                continue
            elif SUSPECT.search(part.text) is None:
                self._before = part.text[-1]
                yield part
            elif part.whole:
                yield from self._whole(part)
            else:
                yield from self._split(part)

    def _whole(self, run: Run) -> Iterator[Run]:
        text = "".join(self._spoken(character) for character in run.text)
        if text:
            yield replace(run, text=text)

    def _split(self, run: Run) -> Iterator[Run]:
        kept = 0  # of the text, has been given
        for suspect in SUSPECT.finditer(run.text):
            at, start = suspect.start(), run.start + suspect.start()
            if at > kept:
                self._before = run.text[at - 1]
            spoken = self._spoken(suspect.group())
            if spoken == suspect.group():
                continue
            if at > kept:
                yield Run(run.text[kept:at], run.start + kept, start)
            if spoken:
                yield Run(spoken, start, start + 1, whole=True)
            kept = at + 1
        if kept < len(run.text):
            self._before = run.text[-1]
            yield Run(run.text[kept:], run.start + kept, run.end)

    def _spoken(self, character: str) -> str:
        spoken = self._judge(character)
        self._before = spoken or self._before
        return spoken

    def _judge(self, character: str) -> str:
        if SUSPECT.match(character) is None:
            return character
        if PICTURE.match(character):
            return "" if self._before.isspace() or PART_OF_ONE.match(character) else " "
        if character in JOINERS:
            return character if unicodedata.category(self._before) in JOINING else ""
        category = unicodedata.category(character)
        if category == "Cc":
            return "" if self._before.isspace() else " "
        return "" if category in INVISIBLE or character in FILLERS else character


class PlainCleaner:
    """append(text) -> parts that are settled; flush() -> the rest; clear() drops the rest."""

    def __init__(self) -> None:
        self._taken = 0

    def append(self, text: str) -> list[Part]:
        start, self._taken = self._taken, self._taken + len(text)
        return [Run(text, start, self._taken)]

    def flush(self) -> list[Part]:
        return []

    def clear(self) -> None:
        pass
