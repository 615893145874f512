"""One connection to the gateway and the contexts on it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Literal, Self

from voxgate.commands import Command, OpenContext, Output, Pronunciation
from voxgate.context import Context
from voxgate.errors import SpeechError
from voxgate.events import ContextDone, Failed, Limits, Message, SessionDone, SessionOpened, Warned
from voxgate.link import Link
from voxgate.reception import ContextMessage
from voxgate.reconnect import Reconnect, connected

CLOSED = SpeechError("UNAVAILABLE", "session_closed", "the session was closed")


class Session:
    """Made by `voxgate.connect`. Carries up to `limits.max_contexts` contexts at the same time.

    One task reads the connection and hands each message to its context. It never waits for a reader: what a context
    does not read is kept up to `max_unread` bytes, then that context fails, and the others go on.
    """

    def __init__(self, dial: Callable[[], Awaitable[Link]], reconnect: Reconnect, max_unread: int) -> None:
        self._dial = dial
        self._policy = reconnect
        self._max_unread = max_unread
        self._numbers = itertools.count(1)
        self._contexts: dict[str, Context] = {}
        self._sending = asyncio.Lock()  # held while connecting again, so that what was said is said again in order
        self._link: Link
        self._reader: asyncio.Task[None]
        self._failure: SpeechError | None = None  # what the server said of the connection before it ended
        self._broken: SpeechError | None = None

    @property
    def limits(self) -> Limits:
        return self._link.limits

    async def __aenter__(self) -> Self:
        await self._connect()
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])
        await self._link.close()
        self._broken = CLOSED
        self._lose(self._contexts.values(), CLOSED)  # a reader that had not yet begun has lost nobody
        if not self._reader.cancelled():
            self._reader.result()  # a bug in it is not hidden

    def context(
        self,
        *,
        voice: str = "",
        language: str = "",
        speed: float | None = None,
        pitch: float | None = None,
        encoding: str = "ogg_opus",
        sample_rate: int = 0,
        bit_rate: int = 0,
        text_format: Literal["plain", "markdown", "ssml"] = "plain",
        words: bool = False,
        max_lead: float | None = None,
        latency: Literal["low", "balanced", "quality"] = "balanced",
        pronunciations: Iterable[Pronunciation] = (),
        context_id: str = "",
    ) -> Context:
        """A new context, for `async with`.

        Empty voice: the language's default; empty language: the voice's own. speed: 0.25 to 4; pitch: 0.5 to 2.
        sample_rate in Hz, bit_rate in bits per second, 0 = the encoding's default. words: ask for word times.
        max_lead: seconds of audio made ahead of the listener, 0 = no bound (downloads), None = the gateway's.
        latency: what a listener who hears nothing may be given, while the text is being written: clauses, and soon
        groups of words (low), clauses (balanced), whole sentences (quality).
        pronunciations: how phrases are said. text_format: how the text is marked up.
        """
        opening = OpenContext(
            context_id=context_id or f"context-{next(self._numbers)}",
            voice=voice,
            language=language,
            speed=speed,
            pitch=pitch,
            output=Output(encoding, sample_rate, bit_rate),
            text_format=text_format,
            words=words,
            max_lead=max_lead,
            latency=latency,
            pronunciations=tuple(pronunciations),
        )
        return Context(opening, self._deliver, self._max_unread)

    async def _deliver(self, context: Context, command: Command) -> None:
        async with self._sending:
            if isinstance(command, OpenContext):
                await self._admit(context)
            context.remember(command)
            await self._link.send(command)

    async def _admit(self, context: Context) -> None:
        if self._broken:
            if self._broken is CLOSED or not self._policy.attempts:
                raise self._broken
            await self._connect()
            self._reader = asyncio.create_task(self._read())
        self._contexts[context.id] = context

    async def _connect(self) -> None:
        self._link = await connected(self._dial, self._policy)
        self._broken = self._failure = None

    async def _read(self) -> None:
        """Hands out messages until the connection ends for good."""
        try:
            while self._broken is None:
                await self._read_link()
        finally:
            self._lose(self._contexts.values(), self._broken or CLOSED)

    async def _read_link(self) -> None:
        try:
            while True:
                self._dispatch(await self._link.receive())
        except SpeechError as lost:
            await self._recover(self._failure or lost)

    def _dispatch(self, message: Message) -> None:
        match message:
            case SessionOpened() | SessionDone():
                pass
            case Failed(context_id=None, error=detail):
                self._failure = SpeechError.of(detail)
            case Warned(context_id=None):
                for context in self._contexts.values():
                    context.reception.deliver(message)
            case _:
                self._hand_over(message)

    def _hand_over(self, message: ContextMessage) -> None:
        """What is said to a context that ended here, as by leaving its block, finds nobody."""
        context = self._contexts.get(message.context_id or "")
        if context and not context.reception.over:
            context.reception.deliver(message)
        if context and (context.reception.gone or isinstance(message, ContextDone)):
            del self._contexts[context.id]

    async def _recover(self, lost: SpeechError) -> None:
        """Connects again for the contexts that have heard nothing yet. The others have lost their connection."""
        async with self._sending:
            self._broken = lost
            await self._link.close()
            again = lost.retryable and self._policy.attempts > 0
            unheard = [context for context in self._contexts.values() if again and context.unheard]
            self._lose([context for context in self._contexts.values() if context not in unheard], lost)
            if unheard:
                await self._speak_again(unheard)

    async def _speak_again(self, contexts: list[Context]) -> None:
        try:
            await self._connect()
        except SpeechError as refused:
            self._broken = refused
            return
        for context in contexts:
            for command in context.unanswered:
                await self._link.send(command)

    def _lose(self, contexts: Iterable[Context], error: SpeechError) -> None:
        for context in list(contexts):
            context.reception.lose(error)
            self._contexts.pop(context.id, None)
