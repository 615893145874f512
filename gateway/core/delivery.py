"""What has gone out to the listener of a context: audio and words in order, the flushes that they complete.

It knows what was heard of the client's text, and when the listener will have played everything.
"""

from collections import deque

from gateway.core.events import (
    Audio,
    AudioAdjusted,
    FlushDone,
    OpenContext,
    Output,
    SegmentAudio,
    SegmentWords,
    Usage,
    Words,
)
from gateway.core.playback import Playback
from gateway.core.segment import Mark, Segment
from gateway.core.transcript import Span, Transcript

BYTES_PER_SAMPLE = 2


class Delivery:
    def __init__(self, opened: OpenContext, sample_rate: int) -> None:
        self._settings = opened
        self._sample_rate = sample_rate
        self._flush = Mark(1)  # the one that pieces queued now belong to
        self._marks: deque[Mark] = deque()  # flushes asked for and not yet reached
        self._total = Mark(0)
        self._playback = Playback()
        self._transcript = Transcript()
        self._sequence = 0

    @property
    def waiting(self) -> int:
        """Flushes that are asked for and not yet reached."""
        return len(self._marks)

    @property
    def flush_id(self) -> int:
        """Of the flush that is still being written."""
        return self._flush.flush_id

    @property
    def usage(self) -> Usage:
        return self._total.usage

    @property
    def audio_sent_ms(self) -> float:
        return round(self._playback.sent * 1000, 3)

    @property
    def dry_at(self) -> float:
        """When the listener has played everything; -inf before the first audio."""
        return self._playback.dry_at

    def lead(self, now: float) -> float:
        return self._playback.lead(now)

    def note(self, text: str) -> None:
        """The client's own text, for what a barge-in gives back."""
        self._transcript.append(text)

    def mark(self) -> None:
        """The client asked for everything so far."""
        self._marks.append(self._flush)
        self._flush = Mark(self._flush.flush_id + 1)

    def reach(self, flush_id: int) -> list[Output]:
        """The flushes that are done when the next audio belongs to this one."""
        reached: list[Output] = []
        while self._marks and self._marks[0].flush_id < flush_id:
            mark = self._marks.popleft()
            reached.append(FlushDone(self._settings.context_id, mark.flush_id, mark.usage))
        return reached

    def has_begun(self, segment: Segment) -> bool:
        """Whether something of the segment's flush has been accounted for."""
        return bool(self._flush_of(segment).audio_seconds)

    def send(self, segment: Segment, message: SegmentAudio | SegmentWords, now: float) -> list[Output]:
        span = self._span(segment)
        if isinstance(message, SegmentWords):
            words = segment.new_words(message.words, span.audio_start)
            span.words += words
            return [Words(self._settings.context_id, segment.flush_id, words)] if words and self._settings.words else []
        samples = len(message.pcm) // BYTES_PER_SAMPLE
        segment.sent += samples
        self._playback.send(samples / self._sample_rate, now)
        span.audio_end = self._playback.sent
        self._sequence += 1
        return [Audio(self._settings.context_id, segment.flush_id, self._sequence, message.pcm)]

    def hear_whole(self, segment: Segment) -> None:
        """Of a pause there is no half."""
        self._span(segment).hear_whole()

    def finish(self, segment: Segment, now: float) -> None:
        """All of it has gone out."""
        self._span(segment).complete = True
        self._account(segment, segment.characters)
        self._transcript.forget(self._playback.heard(now))

    def drop(self, segment: Segment) -> None:
        """Nothing more of it goes out; audio that has counts."""
        if segment.span is not None:
            self._account(segment, characters=0)

    def adjust(self, adjusted: AudioAdjusted) -> None:
        self._playback.adjust(adjusted.samples / self._sample_rate)
        if adjusted.samples < 0:
            self._transcript.cut(self._playback.sent)

    def split(self, played: float | None, now: float) -> tuple[str, str]:
        """(heard, unheard) of the text; played: seconds since the last clear."""
        position = self._playback.heard(now) if played is None else self._playback.position(max(played, 0.0))
        return self._transcript.split(position)

    def clear(self, now: float) -> None:
        self._transcript.clear()
        self._playback.clear(now)

    def _flush_of(self, segment: Segment) -> Mark:
        return next((mark for mark in self._marks if mark.flush_id == segment.flush_id), self._flush)

    def _account(self, segment: Segment, characters: int) -> None:
        span = self._span(segment)
        for mark in (self._flush_of(segment), self._total):
            mark.add(characters, span.audio_end - span.audio_start)

    def _span(self, segment: Segment) -> Span:
        if segment.span is None:
            segment.span = self._transcript.speak(segment.piece.start, segment.piece.end, self._playback.sent)
        return segment.span
