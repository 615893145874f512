"""Spanish, French, Hindi, Italian and Portuguese by espeak-ng, in the symbols that misaki makes of its own."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from misaki.espeak import EspeakG2P
from phonemizer.backend import EspeakBackend

from synth.engines.kokoro.reading import Reading, Sound, ask, joined
from synth.engines.kokoro.reading.spread import spread

WORD = re.compile(r"\S+")
SCRIPTS = ("LATIN", "DEVANAGARI")
NOTHING = "\x00"  # what misaki's backend takes for punctuation would cut numbers: the clauses have none


class EspeakSpeaker:
    """Loads a copy of libespeak-ng of its own, since one must not be called by two threads (0.03 s, 2 MB)."""

    def __init__(self, language: str) -> None:
        self._scripts = SCRIPTS if language == "hi" else SCRIPTS[:1]
        self._g2p = EspeakG2P(language)
        self._g2p.backend = EspeakBackend(
            language, with_stress=True, tie="^", language_switch="remove-flags", punctuation_marks=NOTHING
        )

    def say(self, clause: str) -> Reading:
        return joined(list(self._runs(clause)))

    def _runs(self, clause: str) -> Iterator[Reading]:
        """Words of another script divide the clause: espeak-ng would say what they are ("Chinese letter")."""
        words = (match.span() for match in WORD.finditer(clause))
        for known, run in groupby(words, key=lambda word: self._knows(clause[slice(*word)])):
            if known:
                *others, last = self._together(clause, list(run))
                yield Reading([*others, replace(last, space=True)])
            else:
                yield Reading((), unread=sum(end - start for start, end in run))

    def _together(self, clause: str, words: Sequence[tuple[int, int]]) -> Sequence[Sound]:
        start, end = words[0][0], words[-1][1]
        numbers = any(map(str.isdigit, clause[start:end]))
        return spread(
            words, self._phonemes(clause[start:end]), lambda a, z: self._phonemes(clause[a:z]), numbers=numbers
        )

    def _phonemes(self, text: str) -> str:
        said: str = ask(self._g2p, text)[0]
        return said

    def _knows(self, word: str) -> bool:
        letters = (unicodedata.name(character, "") for character in word if character.isalpha())
        return all(name.startswith(self._scripts) for name in letters)
