"""One segment's side of the engine: what the engine has said and the wire has not yet taken. Pure."""

import math
from collections import deque

from protos import synth_pb2
from synth.engines import Word
from synth.gpu import SAMPLE_BYTES, Broken, Finished, Message, Piece

# A message costs some 100 us at each end (measured), and 350 live streams say something 1,750 times a second. In a
# tick of 5 ms nine of them share one; a listener's buffer is never so short.
TICK = 0.010
LARGEST_REPLY = 65_536  # bytes of audio, 1.4 s at 24 kHz: what is far ahead of its listener leaves room for others
LONGEST_REASON = 200  # characters of an engine's error


class Segment:
    """Says what is ready as far as its credit goes: the first time at once, later at the next tick."""

    def __init__(self, segment_id: int, credit: int, now: float) -> None:
        """credit: samples."""
        self.segment_id = segment_id
        self.over = False
        self._credit = credit * SAMPLE_BYTES
        self._arrived = now
        self._begun = False
        self._heard: deque[Piece | Finished | synth_pb2.Failure] = deque()
        self._quiet = True  # nothing heard since the last sign of life
        self._signals = False

    def hear(self, message: Message) -> None:
        self._quiet = False
        if isinstance(message, Broken):
            self.fail(synth_pb2.Failure.INTERNAL, message.reason[:LONGEST_REASON])
        else:
            self._heard.append(message)

    def fail(self, code: synth_pb2.Failure.Code.ValueType, message: str, retry_in: float = 0.0) -> None:
        """Its last words, after what it has heard already."""
        self._heard.append(synth_pb2.Failure(code=code, message=message, retry_in=retry_in))

    def signal(self) -> None:
        """A sign of life, if it has had nothing else to say since the last one."""
        self._signals, self._quiet = self._quiet, True

    def grant(self, samples: int) -> None:
        self._credit += samples * SAMPLE_BYTES

    def abandon(self) -> None:
        """Nothing more to say."""
        self.over = True
        self._heard.clear()

    def due(self, now: float) -> float:
        """When it wants to speak next; infinite while it has nothing to say or no credit."""
        if not self._heard:
            return now if self._signals else math.inf
        ready_at = now
        if isinstance(head := self._heard[0], Piece):
            if not self._credit:
                return math.inf
            ready_at = max(head.ready_at, now)
        return (math.floor(ready_at / TICK) + 1) * TICK if self._begun else ready_at

    def say(self, reply: synth_pb2.Reply, now: float) -> int:
        """Fills the reply with what is ready. The bytes of audio in it."""
        self._signals = False
        self._begun = self._begun or bool(self._heard)
        reply.segment_id = self.segment_id
        reply.pcm = pcm = self._audio(reply, now)
        if self._heard and not isinstance(last := self._heard[0], Piece):
            self._end(reply, last)
        return len(pcm)

    def _audio(self, reply: synth_pb2.Reply, now: float) -> bytes:
        room = largest = min(self._credit, LARGEST_REPLY)
        parts: list[bytes] = []
        while room and self._heard and isinstance(piece := self._heard[0], Piece) and piece.ready_at <= now:
            self._heard.popleft()
            if len(piece.pcm) > room:
                self._heard.appendleft(Piece(piece.pcm[room:], (), piece.ready_at))
            parts.append(piece.pcm[:room])
            room -= len(parts[-1])
            reply.words.extend(_word(word) for word in piece.words)
        self._credit -= largest - room
        return b"".join(parts)

    def _end(self, reply: synth_pb2.Reply, last: Finished | synth_pb2.Failure) -> None:
        self.over = True
        self._heard.clear()
        if isinstance(last, synth_pb2.Failure):
            reply.failure.CopyFrom(last)
        else:
            reply.done.queued = last.started - self._arrived
            reply.done.computed = last.ended - last.started
            reply.done.batch_size = last.batch_size
            reply.done.unread = last.unread


def _word(word: Word) -> synth_pb2.Word:
    return synth_pb2.Word(text_start=word.text_start, text_end=word.text_end, start=word.start, end=word.end)
