"""A segment on its way from the worker to the listener, and the flush mark behind it."""

from dataclasses import dataclass, field

from gateway.core.events import Phonemes, SegmentAudio, SegmentWords, Usage, Word
from gateway.core.segmenter import Piece
from gateway.core.transcript import Span


@dataclass(slots=True)
class Segment:
    """sent: samples that have gone out; received: samples that the worker has sent; attempts: times asked for.

    expected: samples that it is likely to have; known once it is done. asked_at, heard_at: when its first audio was
    asked for, when it came; due_in: seconds from asking to when the listener would have run dry.
    """

    piece: Piece
    flush_id: int
    expected: int
    asked_at: float = 0.0
    due_in: float = 0.0
    heard_at: float | None = None
    segment_id: int = 0
    sent: int = 0
    received: int = 0
    attempts: int = 0
    done: bool = False
    held: list[SegmentAudio | SegmentWords] = field(default_factory=list)
    words_until: int = 0
    span: Span | None = None

    @property
    def characters(self) -> int:
        return self.piece.end - self.piece.start

    @property
    def to_come(self) -> int:
        """Samples that have not gone out, as far as one can tell."""
        return (self.received if self.done else max(self.expected, self.received)) - self.sent

    @property
    def phonemes(self) -> tuple[Phonemes, ...]:
        found, at = [], 0
        for origin in self.piece.origins:
            if origin.ipa:
                found.append(Phonemes(at, at + origin.length, origin.ipa))
            at += origin.length
        return tuple(found)

    def restart(self) -> None:
        """To be asked for from the first sample; nothing of it has gone out."""
        self.received = 0
        self.heard_at = None
        self.words_until = 0
        self.held.clear()

    def new_words(self, words: tuple[Word, ...], offset: float) -> tuple[Word, ...]:
        """The words in the client's text and the context's audio, less those that a worker said before it broke."""
        fresh = []
        for word in words:
            if word.text_start >= self.words_until:
                self.words_until = word.text_end
                start, end = self.piece.source(word.text_start, word.text_end)
                fresh.append(Word(start, end, round(offset + word.start, 4), round(offset + word.end, 4)))
        return tuple(fresh)


@dataclass(slots=True)
class Mark:
    """The end of a flush, and what was spoken for it."""

    flush_id: int
    characters: int = 0
    audio_seconds: float = 0.0

    def add(self, characters: int, audio_seconds: float) -> None:
        self.characters += characters
        self.audio_seconds += audio_seconds

    @property
    def usage(self) -> Usage:
        return Usage(self.characters, round(self.audio_seconds, 6))
