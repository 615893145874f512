"""What a client of Cartesia hears of a context: the same messages over WebSocket and as server-sent events.

Every message has all its fields, since clients read them without a guard or drop what lacks one. Only the last one says
`done`, and it has no audio. step_time is nothing that a dialect could know: it stays 0.
"""

from collections.abc import Sequence
from typing import Any

from gateway.core import events
from gateway.dialects.cartesia.errors import fields_of
from gateway.dialects.cartesia.messages import UNBUFFERED
from gateway.dialects.cartesia.script import Script, Told
from gateway.errors import SpeechError

PARTIAL, WHOLE = 206, 200

Message = dict[str, Any]


def error_message(context_id: str | None, error: SpeechError, request_id: str) -> Message:
    """`done` would be a normal end to LiveKit's client."""
    return {"type": "error", "context_id": context_id, "done": False, **fields_of(error), "request_id": request_id}


class Replies:
    """Of one context. The message's audio is bytes, which JSON has as base64."""

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
                return [self._message("chunk", flush_id=flush_id, data=audio, step_time=0.0)]
            case events.Words(flush_id=flush_id, words=words):
                return self._times(self._script.tell(words), flush_id)
            case events.FlushDone(flush_id=flush_id) if flush_id <= self._flushes:
                return [self._message("flush_done", flush_id=flush_id, flush_done=True)]
            case events.Failed(error=error):
                self._failed = True
                return [error_message(self._context_id, error, self._request_id)]
            case events.ContextDone() if not self._failed:  # else the error was its last word
                return [*self._times(self._script.rest(), self._flushes + 1), self.done()]
        return []

    def done(self) -> Message:
        return {**self._message("done"), "done": True, "status_code": WHOLE}

    def _times(self, told: Sequence[Told], flush_id: int) -> Sequence[Message]:
        if not told:
            return []
        words = {
            "words": [each.text for each in told],
            "start": [round(each.start, 3) for each in told],
            "end": [round(each.end, 3) for each in told],
        }
        return [self._message("timestamps", flush_id=flush_id, word_timestamps=words)]

    def _message(self, kind: str, **fields: object) -> Message:
        return {"type": kind, "context_id": self._context_id, "status_code": PARTIAL, "done": False, **fields}
