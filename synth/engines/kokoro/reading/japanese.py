"""Japanese by misaki, with the small UniDic that is a package. Needs the extra `kokoro-ja`.

misaki's own extra asks for the large UniDic instead, whose package is a program that downloads it.
"""

from collections.abc import Sequence

from misaki.cutlet import Cutlet

from synth.engines.kokoro.reading import Reading, ask
from synth.engines.kokoro.reading.spread import spread


class JapaneseSpeaker:
    def __init__(self) -> None:
        self._cutlet = Cutlet()

    def say(self, clause: str) -> Reading:
        words, said = self._words(clause), self._phonemes(clause)
        if not words or not said:
            return Reading((), unread=len(clause))
        numbers = any(map(str.isdigit, clause))
        return Reading(spread(words, said, lambda start, end: self._phonemes(clause[start:end]), numbers=numbers))

    def _words(self, clause: str) -> Sequence[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        position = 0
        for word in ask(self._cutlet.tagger, clause):
            start = clause.find(word.surface, position)
            if start >= 0 and not word.surface.isspace():
                position = start + len(word.surface)
                found.append((start, position))
        return found

    def _phonemes(self, text: str) -> str:
        said: str = ask(self._cutlet, text)[0]
        return said
