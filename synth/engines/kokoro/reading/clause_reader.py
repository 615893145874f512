"""A language whose pronunciation comes clause by clause: all but English."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from synth.engines import Phonemes
from synth.engines.kokoro.reading import Reader, Reading, Sound, Stumbled, joined
from synth.engines.kokoro.reading.clauses import Stretch, divide
from synth.engines.kokoro.reading.ipa import from_ipa


class Speaker(Protocol):
    """One language's pronunciation."""

    def say(self, clause: str) -> Reading:
        """Of a clause without punctuation and without white space at its ends. Raises Stumbled."""


class ClauseReader:
    def __init__(self, language: str, speaker: Speaker, foreign: Reader | None = None) -> None:
        """foreign: reads what is in Latin letters, if that is another language's."""
        self._language = language
        self._speaker = speaker
        self._foreign = foreign

    def read(self, text: str, spans: Sequence[Phonemes]) -> Reading:
        foreign = self._foreign is not None
        return joined([self._stretch(text, stretch) for stretch in divide(text, spans, foreign=foreign)])

    def _stretch(self, text: str, stretch: Stretch) -> Reading:
        space = text[stretch.end : stretch.end + 1].isspace()
        match stretch.kind:
            case "told":
                said = from_ipa(stretch.phonemes, self._language)
                return Reading([Sound(stretch.start, stretch.end, said, space)])
            case "mark":
                space = space or stretch.phonemes.endswith(" ")
                return Reading([Sound(stretch.start, stretch.end, stretch.phonemes.strip(), space)])
            case "clause":
                return _moved(self._clause(text[stretch.start : stretch.end]), stretch.start, space=space)
            case "foreign":
                return _moved(self._other(text[stretch.start : stretch.end]), stretch.start, space=True)

    def _clause(self, clause: str) -> Reading:
        try:
            return self._speaker.say(clause)
        except Stumbled:
            return Reading((), unread=len(clause))

    def _other(self, clause: str) -> Reading:
        return self._foreign.read(clause, ()) if self._foreign else Reading((), unread=len(clause))


def _moved(reading: Reading, by: int, *, space: bool) -> Reading:
    """To where its clause stands in the text. space: one follows it."""
    sounds = [
        replace(sound, text_start=sound.text_start + by, text_end=sound.text_end + by) for sound in reading.sounds
    ]
    return replace(reading, sounds=[*sounds[:-1], *(replace(last, space=space) for last in sounds[-1:])])
