"""What a client of Cartesia hears of a context: the same messages over WebSocket and as server-sent events.

Every message has all its fields, since clients read them without a guard or drop what lacks one. Only the last one says
`done`, and it has no audio. step_time is nothing that a dialect could know: it stays 0.
"""

from collections.abc import Sequence

import msgspec

from gateway.core import events
from gateway.dialects.cartesia.errors import fields_of
from gateway.dialects.cartesia.messages import UNBUFFERED
from gateway.dialects.cartesia.script import Script, Told
from gateway.errors import SpeechError

PARTIAL, WHOLE = 206, 200


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag=str.lower):
    context_id: str | None

    @property
    def kind(self) -> str:
        return str(self.__struct_config__.tag)


class _Part(Message, frozen=True, kw_only=True, gc=False):
    status_code: int = PARTIAL
    done: bool = False


class Chunk(_Part, frozen=True, kw_only=True, gc=False):
    """data: bytes, which JSON has as base64."""

    flush_id: int
    data: bytes
    step_time: float = 0.0


class WordTimes(msgspec.Struct, frozen=True, gc=False):
    """Seconds in the context's audio."""

    words: list[str]
    start: list[float]
    end: list[float]


class Timestamps(_Part, frozen=True, kw_only=True, gc=False):
    flush_id: int
    word_timestamps: WordTimes


class FlushDone(_Part, frozen=True, kw_only=True, gc=False, tag="flush_done"):
    flush_id: int
    flush_done: bool = True


class Done(Message, frozen=True, kw_only=True, gc=False):
    status_code: int = WHOLE
    done: bool = True


class Error(Message, frozen=True, kw_only=True, gc=False):
    """`done` would be a normal end to LiveKit's client."""

    done: bool = False
    status_code: int
    error_code: str
    title: str
    message: str
    error: str
    request_id: str


def error_message(context_id: str | None, error: SpeechError, request_id: str) -> Error:
    return Error(context_id=context_id, **fields_of(error), request_id=request_id)


class Replies:
    """Of one context."""

    def __init__(self, context_id: str, request_id: str, opened: events.OpenContext) -> None:
        self._context_id = context_id
        self._request_id = request_id
        self._timestamps = opened.words
        self._each_alone = opened.latency == UNBUFFERED
        self._script = Script()
        self._flushes = 0  # that the client asked for
        self._failed = False

    def note_text(self, text: str) -> None:
        if self._timestamps:
            self._script.append(text, alone=self._each_alone)

    def note_flush(self) -> None:
        self._flushes += 1

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[Message]:
        match event:
            case events.AudioFrame(flush_id=flush_id, audio=audio):
                return [Chunk(context_id=self._context_id, flush_id=flush_id, data=audio)]
            case events.Words(flush_id=flush_id, words=words):
                return self._times(self._script.tell(words), flush_id)
            case events.FlushDone(flush_id=flush_id) if flush_id <= self._flushes:
                return [FlushDone(context_id=self._context_id, flush_id=flush_id)]
            case events.Failed(error=error):
                self._failed = True
                return [error_message(self._context_id, error, self._request_id)]
            case events.ContextDone() if not self._failed:  # else the error was its last word
                return [*self._times(self._script.rest(), self._flushes + 1), self.done()]
        return []

    def done(self) -> Done:
        return Done(context_id=self._context_id)

    def _times(self, told: Sequence[Told], flush_id: int) -> Sequence[Timestamps]:
        if not told:
            return []
        times = WordTimes(
            [each.text for each in told],
            [round(each.start, 3) for each in told],
            [round(each.end, 3) for each in told],
        )
        return [Timestamps(context_id=self._context_id, flush_id=flush_id, word_timestamps=times)]
