"""Applies a dictionary to what a cleaner gives.

Text is held while it may be the beginning of a phrase: one token, as a rule. What is said in the place of a phrase is
one whole run over the client's own words, markup between them included. What markup says already (<sub>, <phoneme>,
<say-as>) is left as it is.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from gateway.core.cleaning.dictionary import Dictionary, Found
from gateway.core.cleaning.parts import Part, Run


class Pronouncer:
    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self.restart()

    def restart(self) -> None:
        """Drops what is held."""
        self._runs: deque[Run] = deque()
        self._text = " "  # one character that has been given, and what is held

    def apply(self, parts: Iterable[Part]) -> Iterator[Part]:
        """What is settled."""
        for part in parts:
            if isinstance(part, Run) and not part.fixed and (not part.whole or len(part.text) == 1):
                self._runs.append(part)
                self._text += part.text
                continue
            yield from self.settle()
            self._text = part.text[-1] if isinstance(part, Run) else " "
            yield part
        yield from self._settle(ended=False)

    def settle(self) -> Iterator[Part]:
        """Everything that is held: the text ends here, or something else begins."""
        yield from self._settle(ended=True)

    def _settle(self, *, ended: bool) -> Iterator[Part]:
        text, given, at = self._text, 1, 1
        while (at := self._dictionary.search(text, at)) < len(text):
            if not ended and self._dictionary.may_begin(text, at):
                break
            found = self._dictionary.find(text, at, ended=ended)
            if found is None:
                at += 1
                continue
            yield from self._take(at - given)
            yield self._replace(found)
            given = at = at + found.length
        yield from self._take(at - given)
        self._text = text[at - 1 :]

    def _take(self, length: int) -> Iterator[Run]:
        """The first characters that are held, as they stand."""
        while length:
            run = self._runs.popleft()
            if len(run.text) > length:
                cut = run.start + length
                self._runs.appendleft(Run(run.text[length:], cut, run.end))
                run = Run(run.text[:length], run.start, cut)
            length -= len(run.text)
            yield run

    def _replace(self, found: Found) -> Run:
        runs = list(self._take(found.length))
        phrase = "".join(run.text for run in runs)
        entry = found.entry
        return Run(entry.alias or phrase, runs[0].start, runs[-1].end, whole=True, ipa=entry.ipa)
