"""One text over HTTP: the body of a request becomes a conversation of one context, whose audio is the reply's body."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from gateway.core import events
from gateway.dialects import Close
from gateway.dialects.reply import Reply
from gateway.dialects.surface import Asked, Refusal
from gateway.errors import CLOSE_NORMAL, HTTP_STATUS, InvalidSetting, MessageTooLarge, SpeechError, TextTooLong

CONTEXT = "request"
TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class ContentType:
    """Said before the first byte of the body."""

    value: str


def http_status(error: SpeechError) -> int:
    return TOO_LARGE if isinstance(error, MessageTooLarge | TextTooLong) else HTTP_STATUS[error.code]


class ErrorReply(msgspec.Struct, frozen=True):
    error: str


def refuse(error: SpeechError) -> Refusal:
    """For protocols that say no more of an error."""
    return Refusal(http_status(error), ErrorReply(error.message))


class OneShotDialect:
    """Frames in: Asked, once. Frames out: ContentType, then bytes; or the one SpeechError that ended it."""

    def __init__(self, name: str, reply: Reply) -> None:
        self.name = name
        self._reply = reply
        self._begun = False
        self._audible = False
        self._failed = False
        self._longest = events.Limits().max_text

    def limits(self, limits: events.Limits) -> events.Limits:
        self._longest = limits.max_text
        return replace(limits, max_contexts=1)

    def decode(self, asked: Asked) -> Sequence[events.Command]:
        if not asked.text.strip():
            raise InvalidSetting("the text is empty")
        if len(asked.text) > self._longest:  # before anything of it is spoken
            raise TextTooLong(f"the text has {len(asked.text)} characters; {self._longest} are allowed")
        opened = replace(asked.opened, context_id=CONTEXT)
        return [opened, events.AppendText(CONTEXT, asked.text), events.CloseContext(CONTEXT), events.CloseSession()]

    def expire(self, _context_id: str) -> None:
        """One context to a request."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[ContentType | bytes | SpeechError | Close]:
        if isinstance(event, events.SessionDone):
            return [Close(CLOSE_NORMAL)]
        if isinstance(event, events.Failed):
            return self._fail(event.error)
        if self._failed:
            return []
        if isinstance(event, events.ContextDone) and not self._audible:
            return self._fail(InvalidSetting("the text has nothing to speak"))
        self._audible = self._audible or isinstance(event, events.AudioFrame)
        try:
            said = self._reply.encode(event)
        except SpeechError as error:
            return [*self._fail(error), Close(CLOSE_NORMAL)]
        self._begun = self._begun or bool(said)
        if isinstance(event, events.ContextOpened):
            return [ContentType(self._reply.content_type(event)), *said]
        return said

    def _fail(self, error: SpeechError) -> Sequence[bytes | SpeechError]:
        """A failed session fails its context too; the first to be told is the reason."""
        if self._failed:
            return []
        self._failed = True
        told = self._reply.fail(error) if self._begun else []
        return told or [error]
