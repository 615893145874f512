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
    OpenContext,
    SegmentDone,
    SessionDone,
    SessionOpened,
)
from gateway.metrics import Metrics

BYTES_PER_SAMPLE = 2


@dataclass(slots=True)
class _Stream:
    """One context. dry_at: when its listener has played what has left."""

    opened: ContextOpened | None = None
    outcome: str = "done"
    in_turn: bool = False  # text has come that no flush has ended
    asked_at: float | None = None  # when a turn's first text came, until its first audio has left
    cleared_at: float | None = None  # when the listener barged in, until that is answered
    dry_at: float = 0.0
    sent_at: float = 0.0
    speaking: bool = False  # in the middle of a flush
    sent_bytes: int = 0


class Timing:
    """received: what came in; sent: what has left, and the bytes of audio with it.

    live: whether somebody listens while it is sent; else nothing is late, and how long a worker let it wait is no news.
    Remembers a context from OpenContext to ContextDone, and nothing of those that a client makes up.
    """

    def __init__(self, metrics: Metrics, protocol: str, clock: Callable[[], float], *, live: bool = True) -> None:
        self._metrics = metrics
        self._ttfa = metrics.ttfa_seconds.labels(protocol)
        self._clock = clock
        self._live = live
        self._streams: dict[str, _Stream] = {}

    def received(self, message: Message) -> None:
        match message:
            case OpenContext(context_id=context_id):
                self._streams.setdefault(context_id, _Stream())
            case AppendText() | Flush() | Clear() if message.context_id in self._streams:
                self._heard(self._streams[message.context_id], message)
            case SegmentDone(queued=queued, batch_size=batch_size, unread=unread):
                if self._live:
                    self._metrics.queue_wait_seconds.observe(queued)
                self._metrics.batch_size.observe(batch_size)
                self._metrics.unread_total.inc(unread)

    def sent(self, event: Event, size: int) -> None:
        if isinstance(event, SessionOpened | SessionDone) or event.context_id is None:
            return
        if isinstance(event, ContextOpened):
            self._open(event)
        elif isinstance(event, ContextDone):
            self._end(self._streams.pop(event.context_id, _Stream()), event, size)
        elif event.context_id in self._streams:
            self._said(self._streams[event.context_id], event, size)

    def close(self) -> None:
        """The connection is gone; what it had open was cut."""
        for stream in self._streams.values():
            self._count(stream, "cancelled")
        self._streams.clear()

    def _heard(self, stream: _Stream, message: AppendText | Flush | Clear) -> None:
        if isinstance(message, AppendText):
            stream.asked_at = stream.asked_at if stream.in_turn else self._clock()
            stream.in_turn = True
            return
        stream.in_turn = False
        if isinstance(message, Clear):
            stream.asked_at = None
            stream.cleared_at = self._clock()

    def _open(self, opened: ContextOpened) -> None:
        self._streams.setdefault(opened.context_id, _Stream()).opened = opened
        self._metrics.contexts_active.inc()

    def _said(self, stream: _Stream, event: Event, size: int) -> None:
        stream.sent_bytes += size
        match event:
            case Audio():
                self._sent_audio(stream, event)
            case FlushDone():
                stream.speaking = False
            case Cleared():
                self._cleared(stream)
            case Failed():
                stream.outcome = "error"

    def _sent_audio(self, stream: _Stream, audio: Audio) -> None:
        assert stream.opened is not None, "audio comes after ContextOpened"
        now = self._clock()
        seconds = len(audio.pcm) / BYTES_PER_SAMPLE / stream.opened.sample_rate
        if self._live:
            self._time(stream, now)
        self._metrics.audio_seconds_total.inc(seconds)
        stream.speaking = True
        stream.sent_at = now
        stream.dry_at = max(now, stream.dry_at) + seconds

    def _time(self, stream: _Stream, now: float) -> None:
        if stream.asked_at is not None:
            self._ttfa.observe(now - stream.asked_at)
            stream.asked_at = None
        if stream.speaking:
            self._metrics.chunk_gap_seconds.observe(now - stream.sent_at)
            if now > stream.dry_at:
                self._metrics.underruns_total.inc()

    def _cleared(self, stream: _Stream) -> None:
        stream.speaking = False
        if stream.cleared_at is not None:
            self._metrics.cancel_latency_seconds.observe(self._clock() - stream.cleared_at)
            stream.cleared_at = None

    def _end(self, stream: _Stream, done: ContextDone, size: int) -> None:
        self._metrics.characters_total.inc(done.usage.characters)
        stream.sent_bytes += size
        self._count(stream, stream.outcome)

    def _count(self, stream: _Stream, outcome: str) -> None:
        if stream.opened is None:
            return
        self._metrics.contexts_active.dec()
        self._metrics.contexts_total.labels(outcome).inc()
        self._metrics.bytes_sent_total.labels(stream.opened.output.encoding).inc(stream.sent_bytes)
