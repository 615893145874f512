"""How the events of one text become the body of an HTTP reply."""

from collections.abc import Sequence
from typing import Protocol

from gateway.core.events import AudioFrame, ContextOpened, Event
from gateway.errors import SpeechError


class Reply(Protocol):
    """Belongs to one request. It hears every event of its context, from ContextOpened to ContextDone."""

    def content_type(self, opened: ContextOpened) -> str: ...

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        """What the body goes on with. Until something is written an error is told by the reply's status."""

    def fail(self, error: SpeechError) -> Sequence[bytes | SpeechError]:
        """How a body that has begun tells of it. The error itself, or nothing: it is cut off after what was written,
        which no chunked body can hide.
        """


class RawAudio:
    """The body is the file."""

    def content_type(self, opened: ContextOpened) -> str:
        return opened.output.content_type

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        return [event.audio] if isinstance(event, AudioFrame) else []

    def fail(self, _error: SpeechError) -> Sequence[bytes]:
        return []
