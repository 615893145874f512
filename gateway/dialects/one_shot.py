"""One text over HTTP: the body of a request becomes a conversation of one context, whose audio is the reply's body."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.core import events
from gateway.dialects import Close
from gateway.errors import CLOSE_NORMAL, HTTP_STATUS, InvalidSetting, MessageTooLarge, SpeechError, TextTooLong

CONTEXT = "request"
TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class ContentType:
    """Said before the first audio."""

    value: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as the reply that says it; body: for JSON."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class OneShot:
    """A protocol. parse: a request's body -> what to open, and the text; raises SpeechError."""

    name: str  # in metrics
    parse: Callable[[str], tuple[events.OpenContext, str]]
    refuse: Callable[[SpeechError], Refusal]


def http_status(error: SpeechError) -> int:
    return TOO_LARGE if isinstance(error, MessageTooLarge | TextTooLong) else HTTP_STATUS[error.code]


class OneShotDialect:
    """Frames out: ContentType, then bytes; or the one SpeechError that ended it."""

    def __init__(self, protocol: OneShot) -> None:
        self.name = protocol.name
        self._parse = protocol.parse
        self._audible = False
        self._failed = False

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: str) -> Sequence[events.Command]:
        opened, text = self._parse(frame)
        if not text.strip():
            raise InvalidSetting("the text is empty")
        return [opened, events.AppendText(CONTEXT, text), events.CloseContext(CONTEXT), events.CloseSession()]

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[ContentType | bytes | SpeechError | Close]:
        match event:
            case events.ContextOpened(output=output):
                return [ContentType(output.content_type)]
            case events.AudioFrame(audio=audio):
                self._audible = True
                return [audio]
            case events.Failed(error=error):
                return self._fail(error)
            case events.ContextDone() if not self._audible:
                return self._fail(InvalidSetting("the text has nothing to speak"))
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _fail(self, error: SpeechError) -> list[SpeechError]:
        """A failed session fails its context too; the first to be told is the reason."""
        told, self._failed = self._failed, True
        return [] if told else [error]
