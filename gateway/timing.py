"""Counts and times one connection for the metrics."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.core.events import (
    AppendText,
    Audio,
    Clear,
    Cleared,
    ContextDone,
    ContextOpened,
    Event,
    Failed,
    Flush,
    FlushDone,
    Message,
    SegmentDone,
)
from gateway.metrics import Metrics

BYTES_PER_SAMPLE = 2


@dataclass(slots=True)
class _Stream:
    """One context as its listener has it. dry_at: when the listener has played what has left."""

    opened: ContextOpened
    outcome: str = "done"
    dry_at: float = 0.0
    sent_at: float = 0.0
    speaking: bool = False  # in the middle of a flush
    sent_bytes: int = 0


class Timing:
    """received: what came in; sent: what has left, and the bytes of audio with it."""

    def __init__(self, metrics: Metrics, protocol: str, clock: Callable[[], float]) -> None:
        self._metrics = metrics
        self._ttfa = metrics.ttfa_seconds.labels(protocol)
        self._clock = clock
        self._streams: dict[str, _Stream] = {}
        self._asked: dict[str, float] = {}  # when a turn's first text came, until its first audio has left
        self._turns: set[str] = set()  # contexts in the middle of a turn
        self._clearing: dict[str, float] = {}

    def received(self, message: Message) -> None:
        match message:
            case AppendText(context_id=context_id) if context_id not in self._turns:
                self._turns.add(context_id)
                self._asked[context_id] = self._clock()
            case Flush(context_id=context_id):
                self._turns.discard(context_id)
            case Clear(context_id=context_id):
                self._turns.discard(context_id)
                self._asked.pop(context_id, None)
                self._clearing[context_id] = self._clock()
            case SegmentDone(queued=queued, batch_size=batch_size):
                self._metrics.queue_wait_seconds.observe(queued)
                self._metrics.batch_size.observe(batch_size)

    def sent(self, event: Event, size: int) -> None:
        match event:
            case Audio():
                self._sent_audio(event, size)
            case ContextOpened(context_id=context_id):
                self._streams[context_id] = _Stream(event)
                self._metrics.contexts_active.inc()
            case FlushDone(context_id=context_id):
                self._streams[context_id].speaking = False
                self._streams[context_id].sent_bytes += size
            case Cleared(context_id=context_id):
                self._cleared(context_id)
            case Failed(context_id=context_id) if context_id in self._streams:
                self._streams[context_id].outcome = "error"
            case ContextDone(context_id=context_id) if context_id in self._streams:
                self._end(self._streams.pop(context_id), event)

    def close(self) -> None:
        """The connection is gone; what it had open was cut."""
        for stream in self._streams.values():
            self._count(stream, "cancelled")
        self._streams.clear()

    def _sent_audio(self, audio: Audio, size: int) -> None:
        now = self._clock()
        stream = self._streams[audio.context_id]
        seconds = len(audio.pcm) / BYTES_PER_SAMPLE / stream.opened.sample_rate
        asked_at = self._asked.pop(audio.context_id, None)
        if asked_at is not None:
            self._ttfa.observe(now - asked_at)
        if stream.speaking:
            self._metrics.chunk_gap_seconds.observe(now - stream.sent_at)
            if now > stream.dry_at:
                self._metrics.underruns_total.inc()
        self._metrics.audio_seconds_total.inc(seconds)
        stream.speaking = True
        stream.sent_at = now
        stream.dry_at = max(now, stream.dry_at) + seconds
        stream.sent_bytes += size

    def _cleared(self, context_id: str) -> None:
        self._streams[context_id].speaking = False
        asked_at = self._clearing.pop(context_id, None)
        if asked_at is not None:
            self._metrics.cancel_latency_seconds.observe(self._clock() - asked_at)

    def _end(self, stream: _Stream, done: ContextDone) -> None:
        self._metrics.characters_total.inc(done.usage.characters)
        self._turns.discard(done.context_id)
        self._asked.pop(done.context_id, None)
        self._count(stream, stream.outcome)

    def _count(self, stream: _Stream, outcome: str) -> None:
        self._metrics.contexts_active.dec()
        self._metrics.contexts_total.labels(outcome).inc()
        self._metrics.bytes_sent_total.labels(stream.opened.output.encoding).inc(stream.sent_bytes)
