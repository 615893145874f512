"""One connection: its contexts, who owns which segment, limits and deadlines. Pure: time is an argument.

    session = Session(limits, catalog, now)
    outputs = session.open()                  # SessionOpened
    outputs = session.handle(message, now)    # events for the client, requests for workers
    outputs = session.tick(now)               # when session.deadline() has come
    outputs = session.fail(error)             # the client cannot be understood
    outputs = session.hang_up()               # the client is gone

Nothing here raises because of what a client or a worker says. What a worker says of a segment that nobody owns any
more (cleared, failed, closed) finds nobody and is dropped.
"""

import itertools
import math
from collections.abc import Callable
from functools import partial

from gateway.core.context import Context
from gateway.core.ended import Ended
from gateway.core.events import (
    Abandon,
    Answer,
    AudioAdjusted,
    CloseContext,
    CloseSession,
    Command,
    ContextDone,
    Drain,
    Failed,
    Limits,
    Message,
    OpenContext,
    Output,
    SegmentDone,
    SegmentFailed,
    SessionDone,
    SessionOpened,
    Synthesize,
    Usage,
    Warned,
    WorkerMessage,
)
from gateway.core.opening import MAX_CONTEXT_ID, open_context
from gateway.core.pacing import Speed
from gateway.core.voices import VoiceCatalog
from gateway.errors import Draining, InvalidMessage, SpeechError, TextTooLong, TooManyContexts

# Contexts that have ended and whose end the client has not read: each keeps its encoder, some 50 kB. Four times as many
# as may be open.
MOST_ENDING = 128


class Session:
    def __init__(
        self,
        limits: Limits,
        catalog: Callable[[], VoiceCatalog],
        now: float,
        speeds: dict[str, Speed] | None = None,
        ending: Callable[[], int] = lambda: 0,
    ) -> None:
        """catalog, ending: asked at each OpenContext, since workers come and go; how many contexts have ended whose end
        waits to be written. speeds: what sessions that came before have learnt of the engines, by name; this one adds
        to it.
        """
        self.done = False
        self._limits = limits
        self._catalog = catalog
        self._speeds = {} if speeds is None else speeds
        self._ending = ending
        self._contexts: dict[str, Context] = {}
        self._owners: dict[int, Context] = {}
        self._segment_ids = itertools.count(1)
        self._ended = Ended()
        self._past = Usage()  # of the contexts that have ended
        self._closing = False
        self._draining = False
        self._last_active = now

    @property
    def active(self) -> int:
        return len(self._contexts)

    def speaking(self, context_id: str) -> bool:
        """Whether more audio of this context, or its end, follows without another word of the client."""
        context = self._contexts.get(context_id)
        return context is None or context.speaking

    @property
    def usage(self) -> Usage:
        """Of all contexts that there were."""
        return sum((context.usage for context in self._contexts.values()), self._past)

    def open(self) -> list[Output]:
        return [SessionOpened(self._limits)]

    def handle(self, message: Message, now: float) -> list[Output]:
        if self.done:
            return []
        if isinstance(message, WorkerMessage):
            return self._from_worker(message, now)
        if isinstance(message, AudioAdjusted):
            return self._adjust(message)
        if isinstance(message, Drain):
            return self._drain(now)
        self._last_active = now
        return self._settle(self._from_client(message, now), now)

    def deadline(self) -> float:
        """When `tick` has something to do; infinite when only messages can change anything."""
        if self.done:
            return math.inf
        if not self._contexts:
            return self._last_active + self._limits.session_idle
        return min(context.deadline() for context in self._contexts.values())

    def tick(self, now: float) -> list[Output]:
        if now < self.deadline():
            return []
        if not self._contexts:
            self.done = True
            idle = f"closed after {self._limits.session_idle:g} s without a word"
            return [Warned(None, "idle_timeout", idle), SessionDone()]
        return self._settle([output for context in self._contexts.values() for output in self._tick(context, now)], now)

    def fail(self, error: SpeechError) -> list[Output]:
        """The end of the whole session; every context is told."""
        if self.done:
            return []
        outputs = [output for context in self._contexts.values() for output in context.fail(error)]
        self._forget_all()
        self.done = True
        return [*outputs, Failed(None, error), SessionDone()]

    def hang_up(self) -> list[Output]:
        self.done = True
        outputs = [output for context in self._contexts.values() for output in context.hang_up()]
        self._forget_all()
        self._owners.clear()
        return outputs

    # inside

    def _from_worker(self, message: WorkerMessage, now: float) -> list[Output]:
        owner = self._owners.get(message.segment_id)
        if owner is None:
            return []
        if isinstance(message, SegmentDone | SegmentFailed):
            del self._owners[message.segment_id]
        outputs = owner.receive(message, now)
        self._own(owner, outputs)
        return self._settle(outputs, now)

    def _from_client(self, command: Command, now: float) -> list[Output]:
        if isinstance(command, Answer):
            return [command]
        if isinstance(command, CloseSession):
            return self._close(now)
        if isinstance(command, OpenContext):
            return self._open_context(command, now)
        context = self._contexts.get(command.context_id)
        if context is None:
            return [*self._ended.answer(command)]
        waited = context.unspoken
        outputs = context.handle(command, now)
        if context.unspoken > waited and not context.done and self._holds_too_much():
            much = f"more than {self._limits.max_text} characters wait to be spoken on this connection"
            outputs += context.fail(TextTooLong(much))
        self._own(context, outputs)
        return outputs

    def _holds_too_much(self) -> bool:
        """All contexts together."""
        return sum(each.unspoken for each in self._contexts.values()) > self._limits.max_text

    def _tick(self, context: Context, now: float) -> list[Output]:
        outputs = context.tick(now)
        self._own(context, outputs)
        return outputs

    def _own(self, context: Context, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Synthesize):
                self._owners[output.segment_id] = context
            elif isinstance(output, Abandon):
                self._owners.pop(output.segment_id, None)

    def _open_context(self, command: OpenContext, now: float) -> list[Output]:
        if len(command.context_id) > MAX_CONTEXT_ID:  # one that is refused alone is remembered like any that has ended
            return self.fail(InvalidMessage(f"context_id has at most {MAX_CONTEXT_ID} characters"))
        if command.context_id in self._contexts:
            return [Warned(command.context_id, "context_exists", "it is open already; its settings stay as they are")]
        try:
            context = self._new_context(command, now)
        except SpeechError as error:
            return [Failed(command.context_id, error), ContextDone(command.context_id, Usage())]
        self._ended.forget(context.id)
        self._contexts[context.id] = context
        return [context.opened]

    def _new_context(self, command: OpenContext, now: float) -> Context:
        if self._draining or self._closing:
            raise Draining("this connection takes no new context; connect again")
        if len(self._contexts) >= self._limits.max_contexts:
            raise TooManyContexts(f"{self._limits.max_contexts} contexts are open on this connection already")
        if self._ending() >= MOST_ENDING:
            raise TooManyContexts(f"{MOST_ENDING} contexts of this connection have ended and wait to be read")
        new_segment_id = partial(next, self._segment_ids)
        return open_context(command, self._catalog, self._speeds, self._limits, new_segment_id=new_segment_id, now=now)

    def _adjust(self, adjusted: AudioAdjusted) -> list[Output]:
        context = self._contexts.get(adjusted.context_id)
        if context is not None:
            context.adjust(adjusted)
        return []

    def _close(self, now: float) -> list[Output]:
        self._closing = True
        outputs: list[Output] = []
        for context in self._contexts.values():
            closed = context.handle(CloseContext(context.id), now)
            self._own(context, closed)
            outputs += closed
        return outputs

    def _drain(self, now: float) -> list[Output]:
        if self._draining:
            return []
        self._draining = True
        return self._settle([Warned(None, "draining", "the server is going away; new contexts go elsewhere")], now)

    def _forget_all(self) -> None:
        self._past = self.usage
        self._contexts.clear()

    def _settle(self, outputs: list[Output], now: float) -> list[Output]:
        """Forgets the contexts that have ended; ends the session when it was only waiting for them."""
        for output in outputs:
            if isinstance(output, ContextDone):
                self._last_active = now
                context = self._contexts.pop(output.context_id, None)
                if context is not None:
                    self._past += output.usage
                self._ended.note(output.context_id, by_itself=context is not None and context.left)
        if (self._closing or self._draining) and not self._contexts and not self.done:
            self.done = True
            return [*outputs, SessionDone()]
        return outputs
