"""One stream of speech."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from voxgate.commands import AppendText, Clear, CloseContext, Command, Flush, KeepAlive, OpenContext
from voxgate.events import Audio, Cleared, ContextOpened, Event, FlushDone
from voxgate.reception import Reception

Text = str | Iterable[str] | AsyncIterable[str]

# Code points per message. The gateway takes 64 KiB, and JSON makes at most 6 bytes of one.
MAX_PIECE = 8_000


class Context:
    """Text in, events out; sending and receiving may go on in different tasks, one of each.

        async with session.context(voice="en-us", words=True) as context:
            async for event in context.speak(llm_tokens):    # sends the tokens while you receive
                match event:
                    case voxgate.Audio(): player.write(event.audio)
                    case voxgate.Words(): subtitles.show(event.words)

    or by hand:

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(send(context))              # append ..., flush, append ..., close
                async for event in context: ...               # until ContextDone, which close() leads to

    Leaving the block without `close`, or before ContextDone, drops what is not yet spoken. When the context fails,
    both sides hear of it: `append` and the iteration raise the SpeechError (the iteration after the audio that had
    arrived).
    """

    def __init__(
        self, opening: OpenContext, deliver: Callable[["Context", Command], Awaitable[None]], max_unread: int
    ) -> None:
        """Made by `Session.context`."""
        self.id = opening.context_id
        self.reception = Reception(max_unread)
        self.unanswered: list[Command] = []  # what to say again if the connection breaks before anything was said
        self._opening = opening
        self._deliver = deliver
        self._flushes = 0
        self._closing = False
        self._last_flush: int | None = None  # of the `speak` under way
        self._sender: asyncio.Task[None] | None = None

    @property
    def opened(self) -> ContextOpened | None:
        """The voice and format that the gateway chose, once it has said so (at the latest with the first audio)."""
        return self.reception.opened

    @property
    def seconds(self) -> float:
        """Audio that has arrived so far. What cannot be told from its bytes (flac, aac) counts at flush ends."""
        return self.reception.seconds

    @property
    def unheard(self) -> bool:
        """Open, and nothing was said that would be said twice if it were spoken again."""
        return not self.reception.started and not self.reception.over and not self.reception.gone

    async def __aenter__(self) -> Self:
        await self._deliver(self, self._opening)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_sender()
        if not self.reception.gone:
            await self._deliver(self, Clear(self.id))
            if not self._closing:
                await self._deliver(self, CloseContext(self.id))
        self.reception.gone = True

    async def append(self, text: str) -> None:
        """Text as it comes, white space included."""
        for start in range(0, len(text), MAX_PIECE):
            await self._send(AppendText(self.id, text[start : start + MAX_PIECE]))

    async def flush(self) -> int:
        """Have everything said that was appended so far. Returns the number that its FlushDone will carry."""
        await self._send(Flush(self.id))
        return self._flushes

    async def close(self) -> None:
        """Have the rest spoken, then end: no more text."""
        await self._send(CloseContext(self.id))

    async def keep_alive(self) -> None:
        """The gateway closes a context that hears nothing for `session.limits.context_idle` seconds."""
        await self._send(KeepAlive(self.id))

    async def clear(self, *, played_ms: float | None = None) -> Cleared:
        """Barge-in: stops a `speak` that is under way, drops what is not yet spoken and what is here and not yet read,
        and waits for the gateway's answer. The context stays open.

        played_ms: audio of this context that the listener has heard, if you know. Once ContextDone is here the
        gateway has forgotten the text, and the answer is worked out on this side (`Transcript`).
        """
        self._stop_sender()
        if not self.reception.over:
            answer = self.reception.expect_cleared()
            await self._send(Clear(self.id, played_ms))
            cleared = await answer
            if cleared:
                return cleared
        if self.reception.error:
            raise self.reception.error
        played = None if played_ms is None else played_ms / 1000
        return self.reception.transcript.split(self.id, played, self.seconds)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        event = await self.reception.next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def audio(self) -> AsyncIterator[bytes]:
        """The audio alone, to the end of the context."""
        async for event in self:
            if isinstance(event, Audio):
                yield event.audio

    async def speak(self, text: Text, *, close: bool = False) -> AsyncIterator[Event]:
        """Sends the text while it comes and yields what is said, to the end of that text or the next `clear`.

        close: it is the context's last text; the events go on to ContextDone. If `text` raises, so does this. Events
        of before that nobody has read come first.
        """
        self._last_flush = None
        sender = self._sender = asyncio.create_task(self._send_all(text, close=close))
        sender.add_done_callback(self._sent)
        try:
            async for event in self:
                yield event
                if self._is_last(event, sender):
                    return
        finally:
            sender.cancel()

    def remember(self, command: Command) -> None:
        """The session is about to send this. Whoever is cancelled before has sent nothing."""
        if self.reception.started:
            self.unanswered.clear()
        else:
            self.unanswered.append(command)
        match command:
            case AppendText(text=text):
                self.reception.transcript.append(text)
            case Flush():
                self._flushes += 1
            case CloseContext():
                self._closing = True

    def _is_last(self, event: Event, sender: asyncio.Task[None]) -> bool:
        if isinstance(event, FlushDone):
            return event.flush_id == self._last_flush
        return isinstance(event, Cleared) and sender.cancelled()

    async def _send_all(self, text: Text, *, close: bool) -> None:
        async for piece in _pieces(text):
            await self.append(piece)
        if close:
            await self.close()
        else:
            self._last_flush = self._flushes + 1  # before it is sent: its FlushDone may be here before we go on
            await self.flush()

    def _sent(self, sender: asyncio.Task[None]) -> None:
        if not sender.cancelled() and (error := sender.exception()):
            self.reception.fail(error)

    def _stop_sender(self) -> None:
        if self._sender:
            self._sender.cancel()

    async def _send(self, command: Command) -> None:
        if self.reception.error:
            raise self.reception.error
        await self._deliver(self, command)


async def _pieces(text: Text) -> AsyncIterator[str]:
    if isinstance(text, str):
        yield text
    elif isinstance(text, AsyncIterable):
        async for piece in text:
            yield piece
    else:
        for piece in text:
            yield piece
            await asyncio.sleep(0)  # an iterable never waits: let the receiver have its turn
