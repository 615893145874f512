"""How the events of one text become a reply: the body of an HTTP request's, or one message."""

from collections.abc import Sequence
from typing import Protocol

from gateway.core.events import AudioFrame, ContextOpened, Event
from gateway.errors import InvalidSetting, SpeechError, TextTooLong

# Bytes of audio that are collected for a reply in one message: the longest text that Google takes (5,000 bytes, about
# 7 minutes) is 40 MB at 48 kHz. Clients take 4 MiB unless told otherwise.
MOST_WHOLE = 64 * 1024 * 1024


class Reply(Protocol):
    """Belongs to one request. It hears every event of its context, from ContextOpened to ContextDone."""

    def content_type(self, opened: ContextOpened) -> str: ...

    def encode(self, event: Event | AudioFrame) -> Sequence[bytes]:
        """What the body goes on with. Until something is written an error is told by the reply's status.

        Raises SpeechError for what the body cannot hold.
        """

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


class WholeAudio:
    """The audio of a reply that has all of it in one message."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, audio: bytes) -> None:
        """Raises TextTooLong when it is more than one message should hold."""
        self._size += len(audio)
        if self._size > MOST_WHOLE:
            self._parts.clear()
            raise TextTooLong(f"the audio has more than {MOST_WHOLE} bytes; use the call that streams it")
        self._parts.append(audio)

    def audio(self, head: bytes) -> bytes:
        """head: ContextDone's. Raises InvalidSetting when there was nothing to hear."""
        if not self._size:
            raise InvalidSetting("the text has nothing to speak")
        return head + b"".join(self._parts)[len(head) :]
