"""A job as a client of the session: its text goes in, its audio comes out, and what ended it is known afterwards.

So a book is cut, spoken and retried by what speaks to live listeners, only that nobody waits. The text goes in as fast
as it is spoken: what has not been read needs no memory.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gateway.core import events
from gateway.dialects import Close
from gateway.errors import CLOSE_NORMAL, SpeechError
from gateway.jobs.job import CONTEXT, Heard, JobRequest
from gateway.jobs.recording import Recorder
from gateway.library.store import FAILURES

SLICE = 2_000  # characters that go in at a time
AHEAD = 12_000  # characters that may wait to be spoken: more than any segment, and 40 of the longest
SILENCE = 30.0  # seconds without a word of the session after which it gets more text, whatever waits


@dataclass(frozen=True, slots=True)
class Piece:
    """Of the file. until: seconds of the audio that it ends at."""

    audio: bytes
    until: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """Everything is said. head: ContextDone's."""

    usage: events.Usage
    head: bytes


Frame = Piece | events.Words | Spoken | SpeechError | Close


class JobDialect:
    """Commands come as they are."""

    name = "job"

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: Sequence[events.Command]) -> Sequence[events.Command]:
        return frame

    def expire(self, _context_id: str) -> None:
        """One context to a job."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[Frame]:
        match event:
            case events.AudioFrame(audio=audio, until=until):
                return [Piece(audio, until)]
            case events.Words():
                return [event]
            case events.ContextDone(usage=usage, head=head):
                return [Spoken(usage, head)]
            case events.Failed(error=error):
                return [error]
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []


class JobWire:
    """spoken: characters so far; usage, head: Spoken's; error: what ended it before; store_error: likewise."""

    def __init__(self, request: JobRequest, text: str, recorder: Recorder, shared: Callable[[], None]) -> None:
        """shared: is told when there is a new part."""
        self.spoken = 0
        self.usage: events.Usage | None = None
        self.head = b""
        self.error: SpeechError | None = None
        self.store_error: Exception | None = None
        self._request = request
        self._text = text
        self._recorder = recorder
        self._shared = shared
        self._audible = 0  # characters, in what was recorded
        self._silent: deque[events.Word] = deque()  # words behind those
        self._news = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def heard(self) -> Heard:
        """What can be listened to as soon as others are told of it."""
        return self._recorder.shared

    async def frames(self) -> AsyncIterator[Sequence[events.Command]]:
        yield [self._request.open_context()]
        for start in range(0, len(self._text), SLICE):
            await self._until_wanted(start)
            if self._ended.is_set():
                return
            yield [events.AppendText(CONTEXT, self._text[start : start + SLICE])]
        yield [events.CloseContext(CONTEXT), events.CloseSession()]
        await self._ended.wait()

    async def send(self, frame: Frame) -> None:
        match frame:
            case Piece():
                await self._record(frame)
            case events.Words(words=words):
                self._silent.extend(words)
                self.spoken = max(self.spoken, words[-1].text_end)
            case Spoken(usage=usage, head=head):
                self.usage, self.head = usage, head
            case SpeechError():
                self.error = self.error or frame
        self._news.set()

    async def close(self, _close: Close) -> None:
        self._ended.set()

    def abort(self) -> None:
        self._ended.set()

    def fail(self, error: Exception) -> None:
        """The store does not keep what is spoken, or does not give it back: no more is spoken."""
        self.store_error = error
        self._ended.set()
        self._news.set()

    async def _record(self, piece: Piece) -> None:
        while self._silent and self._silent[0].end <= piece.until:
            self._audible = max(self._audible, self._silent.popleft().text_end)
        try:
            await self._recorder.write(piece.audio)
            if await self._recorder.share(self._audible, piece.until):
                self._shared()
        except FAILURES as error:
            self.store_error = error
            raise ConnectionAbortedError("the store does not take the audio") from error

    async def _until_wanted(self, start: int) -> None:
        """An engine that tells no words gets all of it once it is heard: there is no telling how far it has got."""
        while (
            start - self.spoken >= AHEAD and not (self._recorder.size and not self.spoken) and not self._ended.is_set()
        ):
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(SILENCE):
                    await self._news.wait()
                    continue
            return
