"""A segment as what is asked of a worker, or, if it is a pause, as the silence that needs none."""

from collections.abc import Iterator
from functools import lru_cache

from gateway.core.delivery import BYTES_PER_SAMPLE
from gateway.core.events import OpenContext, SegmentAudio, Synthesize
from gateway.core.segment import Segment
from gateway.core.voices import Voice

# What a worker takes, and so what a client may ask for: OpenAI's range, the widest of the hosted APIs, and an octave
# each way. What markup and the context's own make together is cut to it.
SPEEDS, PITCHES = (0.25, 4.0), (0.5, 2.0)


def ask(segment: Segment, opened: OpenContext, voice: Voice, *, due_in: float, begins: bool) -> Synthesize:
    style = segment.piece.style
    return Synthesize(
        segment.segment_id,
        segment.piece.text,
        style.voice or voice.name,
        style.language or opened.language,
        _within(opened.speed * style.speed, SPEEDS),
        _within(opened.pitch * style.pitch, PITCHES),
        due_in=due_in,
        skip=segment.received,
        begins=begins,
        phonemes=segment.phonemes,
    )


def be_silent(segment: Segment, sample_rate: int) -> Iterator[SegmentAudio]:
    """A pause is audio like any other."""
    left = segment.received = round((segment.piece.silence or 0.0) * sample_rate)
    while left:
        samples = min(left, sample_rate)
        second = _silent_second(sample_rate)
        yield SegmentAudio(
            segment.segment_id, second if samples == sample_rate else second[: samples * BYTES_PER_SAMPLE]
        )
        left -= samples


@lru_cache(maxsize=8)
def _silent_second(sample_rate: int) -> bytes:
    """Shared by all that waits: an hour of pauses is an hour of references."""
    return bytes(sample_rate * BYTES_PER_SAMPLE)


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(bounds[1], max(bounds[0], value))
