"""What a client of a socket hears: audio with its times, flushes, the end of each context, and of the connection.

The final message of a context comes once, alone, last. A single socket has one context, whose end is the connection's.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from gateway.core import events
from gateway.dialects import Close, encode_json
from gateway.dialects.elevenlabs.errors import CLOSE_POLICY, code_of, describe
from gateway.dialects.elevenlabs.said import Spelling
from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.dialects.elevenlabs.utterance import Frames, Utterance, Utterances
from gateway.errors import CLOSE_NORMAL, SpeechError

IDLE = {"message": "no text came for too long", "error": "input_timeout_exceeded", "code": CLOSE_POLICY}


class Replies:
    def __init__(self, spelling: Spelling, utterances: Utterances, *, multi: bool) -> None:
        self._spelling = spelling
        self._utterances = utterances
        self._multi = multi
        self._error: SpeechError | None = None

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.AudioFrame() | events.Words():
                return self._tell(event.context_id, event)
            case events.SessionDone():
                return self._end()
            case events.Failed(context_id=None, error=error):
                self._error = error
                return [encode_json(describe(error))]
            case events.Warned() | events.SessionOpened() | events.ContextOpened() | events.Cleared():
                return []
        assert event.context_id is not None, "what belongs to nobody has been dealt with"
        return self._tell(event.context_id, event)

    def _tell(self, number: str, event: events.Event | events.AudioFrame) -> Frames:
        utterance = self._utterances.numbered(number)
        return self._utterances.tell(utterance, self._say(utterance, event))

    def _say(self, utterance: Utterance, event: events.Event | events.AudioFrame) -> Frames:
        match event:
            case events.AudioFrame(audio=audio, until=until) if not utterance.aborted:
                return [self._speech(utterance, audio, utterance.alignment.advance(until))]
            case events.Words(words=words):
                utterance.alignment.hear(words)
            case events.FlushDone():
                return self._flushed(utterance)
            case events.Failed(error=error):
                utterance.error = error
                return [self._message(utterance, describe(error))]
            case events.ContextDone():
                return self._finish(utterance)
        return []

    def _flushed(self, utterance: Utterance) -> Frames:
        """A flush that its client did not ask for is that of the end, and of everything."""
        rest = self._rest(utterance, utterance.marks.popleft() if utterance.marks else utterance.alignment.received)
        flushed = self._spelling.flushed()
        return rest if flushed is None or utterance.aborted else [*rest, self._message(utterance, flushed)]

    def _finish(self, utterance: Utterance) -> Frames:
        self._utterances.end(utterance)
        final = self._message(utterance, self._spelling.final())
        rest = self._rest(utterance, utterance.alignment.received)
        if self._multi:
            return [*rest, final]
        if utterance.error is not None:
            return [Close(code_of(utterance.error), utterance.error.message)]
        if utterance.expired:
            return [*rest, encode_json(IDLE), Close(CLOSE_POLICY, str(IDLE["message"]))]
        return [*rest, final, Close(CLOSE_NORMAL)]

    def _rest(self, utterance: Utterance, received: int) -> Frames:
        """What has made no sound of its own, and was not told with the audio around it."""
        spoken = utterance.rest(received) if self._spelling.timed else None
        return [] if spoken is None else [self._speech(utterance, None, spoken)]

    def _end(self) -> Frames:
        """Of a session whose last context has ended, or that never had one."""
        if self._error is not None:
            return [Close(code_of(self._error), self._error.message)]
        return [Close(CLOSE_NORMAL)] if self._multi else [encode_json(self._spelling.final()), Close(CLOSE_NORMAL)]

    def _speech(self, utterance: Utterance, audio: bytes | None, spoken: Spoken | None) -> str:
        return encode_json(self._spelling.speech(utterance.name if self._multi else UNSET, audio, spoken))

    def _message(self, utterance: Utterance, fields: dict[str, Any]) -> str:
        if self._multi:
            fields.update(dict.fromkeys(self._spelling.names, utterance.name))
        return encode_json(fields)
