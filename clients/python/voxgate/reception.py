"""The receiving side of a context: what the gateway says of it, in order, and how it ends."""

import asyncio
from collections import deque
from dataclasses import replace

from voxgate.audio_clock import AudioClock
from voxgate.errors import SpeechError
from voxgate.events import (
    Audio,
    AudioFormat,
    Cleared,
    ContextDone,
    ContextOpened,
    Event,
    Failed,
    FlushDone,
    Warned,
    Words,
)
from voxgate.inbox import Inbox
from voxgate.transcript import Transcript

ContextMessage = Event | ContextOpened | Failed


class Reception:
    """Messages are delivered by the session's reader, and read by whoever reads the context."""

    def __init__(self, max_unread: int) -> None:
        self.opened: ContextOpened | None = None
        self.started = False  # something was said that would be said twice if the context were spoken again
        self.gone = False  # the gateway knows this context no more
        self.over = False  # nothing follows: it was done, or it failed
        self.error: BaseException | None = None
        self.transcript = Transcript()
        self._clock = AudioClock(AudioFormat(""))
        self._spoken = 0.0
        self._flush_id = 1
        self._inbox = Inbox(max_unread)
        self._clears: deque[asyncio.Future[Cleared | None]] = deque()

    @property
    def seconds(self) -> float:
        """Audio that has arrived, as far as its encoding tells."""
        return self._clock.seconds

    def deliver(self, message: ContextMessage) -> None:
        match message:
            case ContextOpened():
                self.opened = message
                self._clock = AudioClock(message.output)
            case Failed():
                self.gone = True
                self.fail(SpeechError.of(message.error))
            case Warned():
                self._inbox.put(message)
            case _:
                self.started = True
                self._hear(message)

    def fail(self, error: BaseException) -> None:
        """Nothing more is heard; what has arrived is still read before the error. The first error counts."""
        if not self.over:
            self.over, self.error = True, error
            self._inbox.end(error)
            self._settle_clears(error)

    def lose(self, error: SpeechError) -> None:
        """The connection is gone."""
        self.gone = True
        self.fail(error.after(self.seconds))

    async def next(self) -> Event | None:
        """None after ContextDone. Raises SpeechError when the context failed."""
        return await self._inbox.get()

    def expect_cleared(self) -> "asyncio.Future[Cleared | None]":
        """Done with the next Cleared, or with None when the context ends before. Audio until then is stale."""
        self._inbox.drop()
        cleared: asyncio.Future[Cleared | None] = asyncio.get_running_loop().create_future()
        self._clears.append(cleared)
        return cleared

    def _hear(self, event: Audio | Words | FlushDone | Cleared | ContextDone) -> None:
        match event:
            case Audio():
                self._clock.add(event.audio)
                # A binary frame has no room for the number; audio comes in order, so it is the flush not yet done.
                self._put_fresh(event if event.flush_id else replace(event, flush_id=self._flush_id))
            case Words():
                self.transcript.add_words(event)
                self._put_fresh(event)
            case FlushDone():
                self._flush_id = event.flush_id + 1
                self._spoken += event.usage.audio_seconds
                self._clock.settle(self._spoken)
                self._put(event)
            case Cleared():
                self.transcript.clear(event, self.seconds)
                self._settle_clear(event)
                self._put(event)
            case ContextDone():
                self._put(event)
                self._end()

    def _put_fresh(self, event: Audio | Words) -> None:
        if not self._clears:
            self._put(event)

    def _put(self, event: Event) -> None:
        if not self._inbox.put(event):
            self._inbox.drop()
            self.fail(
                SpeechError(
                    "RESOURCE_EXHAUSTED",
                    "unread_audio",
                    "the context's audio was not read, and there is no room for more (max_unread)",
                    audio_sent_ms=round(self.seconds * 1000, 3),
                )
            )

    def _end(self) -> None:
        self.gone = self.over = True
        self._inbox.end()
        while self._clears:
            self._settle_clear(None)

    def _settle_clear(self, answer: Cleared | None) -> None:
        waiting = self._clears.popleft() if self._clears else None
        if waiting and not waiting.done():  # a task that waited may have been cancelled
            waiting.set_result(answer)

    def _settle_clears(self, error: BaseException) -> None:
        for waiting in self._clears:
            if not waiting.done():
                waiting.set_exception(error)
        self._clears.clear()
