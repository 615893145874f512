"""One stream of speech: what the client may say when, and how it ends.

    OPEN      takes text
    LEAVING   has heard nothing for long, speaks the rest and closes; any word opens it again
    CLOSING   speaks the rest; ContextDone follows the last audio
    DONE      says nothing any more

Text goes through the reader, which cleans and cuts it, into speech.py, which keeps the order of the audio. A failure is
Failed, then ContextDone. A barge-in (Clear) gives back the flushes that were waiting, then Cleared with the client's
text split at what was heard. A context that hears nothing for `context_idle` seconds, counted from the end of its
audio, ends by itself: what it had said is spoken.
"""

import math
from collections.abc import Callable
from enum import Enum, auto

from gateway.core.events import (
    AppendText,
    AudioAdjusted,
    Clear,
    Cleared,
    CloseContext,
    Command,
    ContextDone,
    ContextOpened,
    Failed,
    Flush,
    KeepAlive,
    Limits,
    OpenContext,
    Output,
    SegmentDone,
    SegmentFailed,
    Usage,
    Warned,
    WorkerMessage,
)
from gateway.core.manuscript import Manuscript
from gateway.core.pacing import LATENCIES, Queue, Reader, Speed
from gateway.core.speech import Speech
from gateway.core.voices import Voice
from gateway.errors import SpeechError, TextTooLong, TooManyFlushes

MOST_PAUSES = 3_600.0  # seconds that wait, in one context: the pauses of a book, and no more than a client could want
MOST_FLUSHES = 10_000  # that wait for their audio: a megabyte, and one for each sentence of the longest text


class State(Enum):
    OPEN = auto()
    LEAVING = auto()
    CLOSING = auto()
    DONE = auto()


WORDS: dict[type, State] = {
    AppendText: State.OPEN,
    Flush: State.OPEN,
    Clear: State.OPEN,
    KeepAlive: State.OPEN,
    CloseContext: State.CLOSING,
}
# What is absent is not accepted.
TRANSITIONS: dict[State, dict[type, State]] = {
    State.OPEN: WORDS,
    State.LEAVING: WORDS,
    State.CLOSING: {Clear: State.CLOSING, KeepAlive: State.CLOSING, CloseContext: State.CLOSING},
    State.DONE: {},
}


class Context:
    def __init__(
        self,
        opened: OpenContext,
        voice: Voice,
        speed: Speed,
        limits: Limits,
        manuscript: Manuscript,
        *,
        new_segment_id: Callable[[], int],
        now: float,
    ) -> None:
        """opened: checked, and its output resolved. speed: of the voice's engine, as far as it is known.

        manuscript: reads its text.
        """
        self.id = opened.context_id
        self.state = State.OPEN
        self.opened = ContextOpened(self.id, voice.name, opened.output, voice.sample_rate)
        self._limits = limits
        policy = LATENCIES[opened.latency] if isinstance(opened.latency, str) else opened.latency
        self._reader = Reader(manuscript, policy)
        language = opened.language or voice.language
        max_lead = limits.max_lead if opened.max_lead is None else opened.max_lead or math.inf
        self._speech = Speech(
            opened, voice, Queue(policy, speed, language), speed, max_lead=max_lead, new_segment_id=new_segment_id
        )
        self.left = False  # whether it has ended by itself
        self._unflushed = False
        self._last_word = now

    @property
    def done(self) -> bool:
        return self.state is State.DONE

    @property
    def usage(self) -> Usage:
        return self._speech.delivery.usage

    @property
    def unspoken(self) -> int:
        """Characters that wait."""
        return self._speech.unspoken

    @property
    def speaking(self) -> bool:
        """Whether more audio, or the end, follows without another word of the client."""
        return bool(self._speech) or self.state is not State.OPEN

    def handle(self, command: Command, now: float) -> list[Output]:
        target = TRANSITIONS[self.state].get(type(command))
        if target is None:
            word = type(command).__name__
            return [Warned(self.id, "context_closing", f"{word} after CloseContext was not accepted")]
        self.state = target
        self._last_word = now
        return self._carry_out(command, now)

    def receive(self, message: WorkerMessage, now: float) -> list[Output]:
        """What a worker says of a segment of this context that is in flight."""
        if isinstance(message, SegmentDone):
            return self._speech.finish(message, now) + self._end_if_over(now)
        if isinstance(message, SegmentFailed):
            answer = self._speech.retry(message, now)
            return self.fail(answer) if isinstance(answer, SpeechError) else answer
        return self._speech.receive(message, now)

    def adjust(self, adjusted: AudioAdjusted) -> None:
        self._speech.adjust(adjusted)

    def deadline(self) -> float:
        """When `tick` has something to do. Asked after every message, so what costs is looked at last."""
        at = min(self._reader.finished_at, self._speech.ask_at, self._idle_at)
        hurry_at = self._reader.hurry_at(begun=self._speech.begun)
        return min(at, max(hurry_at, self._speech.scarce_at)) if hurry_at < at else at

    def tick(self, now: float) -> list[Output]:
        if now < self._idle_at:
            return self._read(now) + self._speech.advance(now) + self._end_if_over(now)
        self.state = State.LEAVING
        return self._speak_all(now, self._speech.part) + self._end_if_over(now)

    def fail(self, error: SpeechError) -> list[Output]:
        """The end of this context, and of no other."""
        told = type(error)(error.message, audio_sent_ms=self._speech.delivery.audio_sent_ms, retry_in=error.retry_in)
        return [*self.hang_up(), Failed(self.id, told), ContextDone(self.id, self._speech.delivery.usage)]

    def hang_up(self) -> list[Output]:
        """Nobody listens any more."""
        self.state = State.DONE
        return self._speech.abandon()

    def _carry_out(self, command: Command, now: float) -> list[Output]:
        match command:
            case AppendText(text=text):
                return self._append(text, now) if text else []
            case Flush():
                return self._flush(now)
            case Clear(played_ms=played_ms):
                return self._clear(played_ms, now)
            case CloseContext():
                return (self._flush(now) if self._unflushed else []) + self._end_if_over(now)
        return []

    @property
    def _idle_at(self) -> float:
        if self._speech:
            return math.inf
        return max(self._last_word, self._speech.delivery.dry_at) + self._limits.context_idle

    def _read(self, now: float) -> list[Output]:
        """What the client need not say more of, or has no time to."""
        self._speech.queue(self._reader.idle(now))
        outputs = self._speech.advance(now)
        words = self._reader.hurry(self._speech.scarce_at, now, begun=self._speech.begun)
        if words is not None:
            self._speech.hurry(words)
        return outputs

    def _append(self, text: str, now: float) -> list[Output]:
        self._speech.note(text)
        if self._speech.unspoken > self._limits.max_text:
            return self.fail(TextTooLong(f"more than {self._limits.max_text} characters wait to be spoken"))
        self._unflushed = True
        try:
            self._speech.queue(self._reader.append(text, now))
        except SpeechError as error:
            return self.fail(error)
        if self._speech.unheard_pauses > MOST_PAUSES:
            return self.fail(TextTooLong(f"more than {MOST_PAUSES:g} s of pauses wait to be heard"))
        return self._speech.advance(now)

    def _flush(self, now: float) -> list[Output]:
        if self._speech.delivery.waiting >= MOST_FLUSHES:
            return self.fail(TooManyFlushes(f"{MOST_FLUSHES} flushes wait for their audio already"))
        self._unflushed = False
        return self._speak_all(now, self._speech.mark)

    def _speak_all(self, now: float, end: Callable[[], None]) -> list[Output]:
        """What there is, without a word to come. end: is called behind it."""
        try:
            self._speech.queue(self._reader.flush())
        except SpeechError as error:
            return self.fail(error)
        end()
        return self._speech.advance(now)

    def _clear(self, played_ms: float | None, now: float) -> list[Output]:
        self._unflushed = False
        self._reader.clear()
        outputs, heard, unheard = self._speech.clear(None if played_ms is None else played_ms / 1000, now)
        return [*outputs, Cleared(self.id, heard, unheard), *self._end_if_over(now)]

    def _end_if_over(self, now: float) -> list[Output]:
        if self._speech or self.state not in (State.LEAVING, State.CLOSING):
            return []
        if self.state is State.CLOSING:
            return self._end()
        last = self._flush(now) if self._unflushed else []  # until now its client might have said more
        if self._speech or self.done:
            return last
        self.left = True
        idle = Warned(self.id, "idle_timeout", f"closed after {self._limits.context_idle:g} s without a word")
        return [*last, idle, *self._end()]

    def _end(self) -> list[Output]:
        self.state = State.DONE
        return [ContextDone(self.id, self._speech.delivery.usage)]
