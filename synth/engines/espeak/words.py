"""Word times out of espeak's events, and the audio that may leave with them. Pure.

An event says where a word begins; where it ends is known when the next one begins. So audio is held back from the
start of the word that is still open: a quarter of a millisecond of work. A word ends before the pause after it, which
espeak makes of zeros, and in the text at white space or the next word. Events inside one number or amount
("$3.50" has five) are one word, and so is what phonemes stand for. espeak speaks some pairs in one go and tells of the
first alone ("of a", "in the"): the time is theirs by their letters.
"""

import re
from collections.abc import Iterator, Sequence

from synth.engines import Phonemes, Word
from synth.engines.espeak.library import WordEvent

SAMPLE_BYTES = 2
NOT_SPACE = re.compile(r"\S+")


class WordTrack:
    """Takes buffers in order; gives back what may leave: the audio up to the open word, and the words closed."""

    def __init__(self, text: str, sample_rate: int, phonemes: Sequence[Phonemes] = ()) -> None:
        self._text = _glued(text, phonemes)
        self._sample_rate = sample_rate
        self._held = bytearray()
        self._left = 0  # samples that have been given back
        self._open: WordEvent | None = None
        self._ended = 0  # in the text

    def add(self, pcm: bytes, events: list[WordEvent]) -> tuple[bytes, tuple[Word, ...]]:
        self._held += pcm
        words = tuple(word for event in events for word in self._hear(event))
        return (self._take(self._open.sample) if events and self._open else b""), words

    def finish(self) -> tuple[bytes, tuple[Word, ...]]:
        end = self._left + len(self._held) // SAMPLE_BYTES
        words = self._close(len(self._text), end)
        return self._take(end), words

    def _hear(self, event: WordEvent) -> tuple[Word, ...]:
        """The word that this event closes, if it begins another one."""
        if not self._ended <= event.position < len(self._text):
            return ()
        position = event.position
        if not self._begins(position):
            return ()
        closed = self._close(position, event.sample)
        self._open = WordEvent(position, event.sample)
        return closed

    def _begins(self, position: int) -> bool:
        """Whether this is a new word: on a character, and not inside the number that is open."""
        if self._text[position].isspace():
            return False
        if self._open is None:
            return True
        between = self._text[self._open.position : position]
        return any(character.isspace() or character.isalpha() for character in between)

    def _close(self, text_limit: int, end: int) -> tuple[Word, ...]:
        if self._open is None:
            return ()
        start = self._open.sample
        sound = bytes(self._held[(start - self._left) * SAMPLE_BYTES : (end - self._left) * SAMPLE_BYTES])
        samples = -(-len(sound.rstrip(b"\0")) // SAMPLE_BYTES)
        runs = self._runs(self._open.position, text_limit)
        self._ended = runs[-1][1]
        return tuple(self._shared(runs, start, samples))

    def _runs(self, position: int, text_limit: int) -> list[tuple[int, int]]:
        """The word that begins there, and those after it that can be said."""
        first, *others = (run.span() for run in NOT_SPACE.finditer(self._text, position, text_limit))
        return [first, *(run for run in others if any(map(str.isalnum, self._text[slice(*run)])))]

    def _shared(self, runs: list[tuple[int, int]], start: int, samples: int) -> Iterator[Word]:
        letters, said = sum(end - begin for begin, end in runs), 0
        for begin, end in runs:
            times = (start + samples * count // letters for count in (said, said + end - begin))
            yield Word(begin, end, *(time / self._sample_rate for time in times))
            said += end - begin

    def _take(self, until: int) -> bytes:
        size = max(0, until - self._left) * SAMPLE_BYTES
        pcm = bytes(self._held[:size])
        del self._held[:size]
        self._left += len(pcm) // SAMPLE_BYTES
        return pcm


def _glued(text: str, phonemes: Sequence[Phonemes]) -> str:
    glued = list(text)
    for span in phonemes:
        glued[span.text_start : span.text_end] = "x" * (span.text_end - span.text_start)
    return "".join(glued)
