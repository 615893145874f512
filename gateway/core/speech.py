"""The segments of one context on their way to the listener: asked for in order, heard in order.

What the worker says of the first segment in flight goes out at once; what it says of the second is held until the first
is done. How much text the next one takes is decided when there is room for it, from what the listener still has to hear
(pacing/). No segment is asked for while the listener has more than `max_lead` seconds to play, so that a barge-in
wastes little. Flush marks stand between segments and are reached when everything before them has gone out.

A worker may break. A segment of which nothing has gone out is asked for again; one that broke half-way is resumed at
the next sample if the voice is deterministic; else the context fails, since the listener would hear the join.
"""

import math
from collections.abc import Callable, Sequence

from gateway.core.asking import ask, be_silent
from gateway.core.delivery import BYTES_PER_SAMPLE, Delivery
from gateway.core.events import (
    Abandon,
    AudioAdjusted,
    OpenContext,
    Output,
    SegmentAudio,
    SegmentDone,
    SegmentFailed,
    SegmentWords,
    Synthesize,
)
from gateway.core.flight import Flight
from gateway.core.hush import Hush
from gateway.core.pacing import Queue, Speed
from gateway.core.reckoning import Reckoning
from gateway.core.segment import Segment
from gateway.core.segmenter import Piece
from gateway.core.voices import Voice
from gateway.errors import SpeechError, SpeechInterrupted, WorkerUnavailable

# A segment is asked for so often without getting on: a text that kills its worker would kill them all.
MAX_ATTEMPTS = 2
# Less than a sample: a timer that fires on the second must not find the lead a rounding error too long.
ROUNDING = 1e-6


class Speech:
    def __init__(
        self,
        opened: OpenContext,
        voice: Voice,
        queue: Queue,
        speed: Speed,
        *,
        max_lead: float,
        new_segment_id: Callable[[], int],
    ) -> None:
        """speed: what is known of the engine; it learns from every segment."""
        self.unspoken = 0  # characters queued and not yet out
        self.unheard_pauses = 0.0  # seconds of them, queued and not yet out
        self._settings = opened
        self._voice = voice
        self._max_lead = max_lead
        self._new_segment_id = new_segment_id
        self._flight = Flight(voice.sample_rate)
        self._reckoning = Reckoning(speed, voice.sample_rate, opened.speed)
        self._queue = queue
        self._hush = Hush(opened.hush)
        self._in_vain_at = -math.inf  # when it was better to wait; what has changed since is asked about at once
        self.delivery = Delivery(opened, voice.sample_rate)

    def __bool__(self) -> bool:
        """Whether something goes out without another word of the client."""
        return bool(self._flight or self.delivery.waiting) or self.ask_at < math.inf

    @property
    def ask_at(self) -> float:
        """When the next segment is to be asked for; infinite when that does not wait for the clock."""
        if not self._has_room:
            return math.inf
        to_come = self._flight.to_come
        cover = self._max_lead + to_come if self._flight.broken else self._queue.wake(self._max_lead + to_come)
        if cover is None or cover < to_come:
            return math.inf
        at = self.delivery.dry_at + to_come - cover
        return at if at > self._in_vain_at else math.inf  # less to hear is less of a reason, for a first short sentence

    @property
    def begun(self) -> bool:
        """Whether something of the turn that is being written has been asked for."""
        return self._queue.begun

    @property
    def scarce_at(self) -> float:
        """When the listener has next to nothing to hear, and nothing is on its way; infinite while something is."""
        to_come = self._flight.to_come
        if self._flight.broken or self._flight.full or to_come > self._queue.scarce:
            return math.inf
        return self.delivery.dry_at + to_come - self._queue.scarce

    # text in

    def note(self, text: str) -> None:
        """The client's own text, as it comes."""
        self.unspoken += len(text)
        self._hush.note(text)
        self.delivery.note(text)

    def queue(self, pieces: Sequence[Piece]) -> None:
        self._hush.hear(pieces)
        self.unheard_pauses += sum(piece.silence or 0.0 for piece in pieces)
        self._queue.put(pieces)

    def part(self) -> None:
        """What is queued need not wait for what may follow, though it is of the same flush."""
        self._queue.part()

    def hurry(self, pieces: Sequence[Piece]) -> None:
        """The listener is about to hear nothing: these pieces, and what waits before them, may be short."""
        self._hush.hear(pieces)
        self._queue.put(pieces)
        self._queue.hurry()

    def adjust(self, adjusted: AudioAdjusted) -> None:
        """What is left to hear has changed."""
        self.delivery.adjust(adjusted)
        self._in_vain_at = -math.inf

    def mark(self) -> None:
        """The client asked for everything so far; what is queued from now on belongs to the next flush."""
        self.queue(self._hush.flush())
        self.delivery.mark()
        self._queue.flush()

    def advance(self, now: float) -> list[Output]:
        """Everything that has become possible: requests, held audio, flush marks."""
        outputs = self._ask(now)
        while self._flight:
            head = self._flight.head
            outputs += self._release(head, now)
            if not head.done:
                break
            self._finish(self._flight.land(), now)
            outputs += self._reach_marks()
            outputs += self._ask(now)
        return outputs + self._reach_marks()

    def clear(self, played: float | None, now: float) -> tuple[list[Output], str, str]:
        """Drops everything. (what to say of it, text heard, text not heard); played: seconds since the last clear."""
        heard, unheard = self.delivery.split(played, now)
        outputs: list[Output] = [*self.abandon(), *self._reach_marks()]
        self.delivery.clear(now)
        self._hush.flush()
        self.unspoken = 0
        self.unheard_pauses = 0.0
        return outputs, heard, unheard

    def abandon(self) -> list[Output]:
        """Forgets every segment; audio that has gone out counts."""
        segments = self._flight.clear()
        for segment in segments:
            self.delivery.drop(segment)
        self._queue.clear()
        return [Abandon(segment.segment_id) for segment in segments if not segment.done]

    # the worker's answers, each about a segment in flight

    def receive(self, message: SegmentAudio | SegmentWords, now: float) -> list[Output]:
        segment = self._flight.find(message.segment_id)
        if isinstance(message, SegmentAudio):
            segment.received += len(message.pcm) // BYTES_PER_SAMPLE
            segment.heard_at = segment.heard_at or now
        if segment is self._flight.head:
            segment.attempts = 1  # it gets on
            return self.delivery.send(segment, message, now)
        segment.held.append(message)
        return []

    def finish(self, done: SegmentDone, now: float) -> list[Output]:
        segment = self._flight.find(done.segment_id)
        segment.done = True
        self._reckoning.learn(segment, done.queued)
        return self.advance(now)

    def retry(self, failed: SegmentFailed, now: float) -> list[Output] | SpeechError:
        """Asks for the segment again; or the error that ends the context."""
        segment, error = self._flight.find(failed.segment_id), failed.error
        segment.done = True  # nothing to abandon
        if not isinstance(error, WorkerUnavailable) or segment.attempts >= MAX_ATTEMPTS:
            return error
        if segment is not self._flight.head:
            self._flight.put_back(segment)
            return []
        if segment.sent and (segment.piece.style.voice or not self._voice.deterministic):
            return SpeechInterrupted(f"a worker broke after it had begun to speak: {error}")
        if not segment.sent:
            segment.restart()
        return [self._synthesize(segment, now)]

    # inside

    @property
    def _has_room(self) -> bool:
        return not self._flight.full and bool(self._flight.broken or self._queue)

    def _ask(self, now: float) -> list[Output]:
        requests: list[Output] = []
        while self._has_room and self.delivery.lead(now) <= self._max_lead + ROUNDING:
            segment = self._next(now)
            if segment is None:
                self._in_vain_at = now
                break
            self._flight.add(segment)
            if segment.piece.speakable:
                requests.append(self._synthesize(segment, now))
            else:
                segment.done = True
                segment.held += be_silent(segment, self._voice.sample_rate)
        return requests

    def _next(self, now: float) -> Segment | None:
        if self._flight.broken is not None:
            return self._flight.take_back()
        flush_id = self._queue.flush_id
        piece = self._queue.take(self.delivery.lead(now) + self._flight.to_come - ROUNDING)
        return None if piece is None else Segment(piece, flush_id, self._reckoning.expect(piece))

    def _synthesize(self, segment: Segment, now: float) -> Synthesize:
        segment.done = False
        segment.attempts += 1
        segment.asked_at = now if segment.heard_at is None else segment.asked_at
        segment.segment_id = self._new_segment_id()
        ahead = self._flight.to_come - segment.to_come / self._voice.sample_rate
        due_in = self.delivery.lead(now) + (ahead if segment is not self._flight.head else 0.0)
        segment.due_in = due_in
        return ask(segment, self._settings, self._voice, due_in=due_in, begins=self._begins(segment, now))

    def _begins(self, segment: Segment, now: float) -> bool:
        """Whether it is the first of a turn, whose listener waits in silence and has heard nothing of it."""
        foremost = segment is self._flight.head and not segment.received
        return foremost and not self.delivery.lead(now) and not self.delivery.has_begun(segment)

    def _release(self, segment: Segment, now: float) -> list[Output]:
        """What the worker has said of a segment that has become the foremost."""
        outputs = [output for message in segment.held for output in self.delivery.send(segment, message, now)]
        segment.held.clear()
        if segment.piece.silence is not None:
            self.delivery.hear_whole(segment)
        return outputs

    def _finish(self, segment: Segment, now: float) -> None:
        self.delivery.finish(segment, now)
        self.unspoken -= segment.characters
        self.unheard_pauses -= segment.piece.silence or 0.0

    def _reach_marks(self) -> list[Output]:
        return self.delivery.reach(self._next_flush_id)

    @property
    def _next_flush_id(self) -> int:
        """The flush that the next audio belongs to."""
        flying = self._flight.flush_id
        if flying is not None:
            return flying
        return self._queue.flush_id if self._queue else self.delivery.flush_id
