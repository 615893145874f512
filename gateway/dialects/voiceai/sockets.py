"""Voice.ai's WebSockets: /api/v1/tts/stream (one context) and /api/v1/tts/multi-stream.

Facts: the vendor's streaming guide and its published clients. Text may be spoken before `flush`: Voice.ai waits, and no
client minds. `is_last` follows each flush, whose audio is a complete file of its own. Settings come with the first
message of a context; later they are refused with 1007, as the vendor does.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from gateway.core import events
from gateway.core.opening import MAX_CONTEXT_ID
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.voiceai.formats import parse_format
from gateway.errors import (
    CLOSE_NORMAL,
    BinaryNotAccepted,
    Code,
    Draining,
    InvalidMessage,
    MessageTooLarge,
    SpeechError,
    close_code,
)

SINGLE_CONTEXT = "single"
UNNAMED_CONTEXT = "default"
CLOSE_POLICY = 1008
PACED = ("pcm_s16le", "mulaw", "alaw")  # other formats are sent raw, as the vendor does
# A failed generation: the vendor's 1011 for the engine, 1008 for what was asked.
UNREADABLE = (InvalidMessage, MessageTooLarge, BinaryNotAccepted, Draining)  # not this generation's failures
FAILURE_CODE = {Code.UNAVAILABLE: 1011, Code.ABORTED: 1011, Code.INTERNAL: 1011, Code.RESOURCE_EXHAUSTED: 1013}


class First(msgspec.Struct, frozen=True):
    """The first message of a context. temperature, top_p and model steer the vendor's models and nothing here."""

    context_id: str | None = None
    voice_id: str | None = None
    text: str = ""
    language: str | None = None
    model: str | None = None
    audio_format: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    delivery_mode: str | None = None
    flush: bool = False
    auto_close: bool = False
    close_context: bool = False
    close_socket: bool = False


class Later(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    context_id: str | None = None
    text: str = ""
    flush: bool = False
    auto_close: bool = False
    close_context: bool = False
    close_socket: bool = False


class _Named(msgspec.Struct, frozen=True):
    context_id: str | None = None


FIRST = msgspec.json.Decoder(First)
LATER = msgspec.json.Decoder(Later)
NAMED = msgspec.json.Decoder(_Named)


class VoiceaiDialect:
    def __init__(self, *, multi: bool, grace: float) -> None:
        """grace: seconds for which the single socket takes a further turn after is_last.

        The vendor's current guide says none, its quick start reuses the socket.
        """
        self.name = "voiceai_multi" if multi else "voiceai"
        self._multi = multi
        self._grace = grace
        self._open: set[str] = set()
        # Contexts that have left their name, which may be open anew, and whose end is still to be told, oldest first:
        # whether close_context did it, after which nothing is heard but context_closed.
        self._leaving: dict[str, deque[bool]] = defaultdict(deque)
        self._failed: set[str] = set()

    def limits(self, limits: events.Limits) -> events.Limits:
        if self._multi or not self._grace:
            return limits
        return replace(limits, context_idle=self._grace)

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        context_id = SINGLE_CONTEXT
        if self._multi:
            context_id = decode_json(NAMED, frame).context_id or UNNAMED_CONTEXT
            if len(context_id) > MAX_CONTEXT_ID:
                raise InvalidMessage(f"context_id has at most {MAX_CONTEXT_ID} characters")
        if context_id in self._open:
            return self._go_on(context_id, decode_json(LATER, frame))
        return self._begin(context_id, decode_json(FIRST, frame))

    def expire(self, context_id: str) -> None:
        self._leave(context_id, interrupted=False)

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
            case events.Failed(context_id=None, error=error):
                return [Close(close_code(error), error.message)]
            case events.AudioFrame() | events.FlushDone() if not self._interrupted(event.context_id):
                return self._said(event)
            case events.Failed(context_id=str(context_id), error=error):
                return self._fail(context_id, error)
            case events.Warned(context_id=str(context_id), code="context_closing" | "context_exists", message=message):
                return [self._message({"error": message}, context_id)] if self._multi else []
            case events.ContextDone(context_id=context_id):
                return self._end(context_id)
        return []

    def _begin(self, context_id: str, first: First) -> list[events.Command]:
        """Only text or settings open a context; a flush or close of one that is not there means nothing."""
        if not first.text and (first.flush or first.close_context or first.close_socket):
            return [events.CloseSession()] if first.close_socket else []
        self._open.add(context_id)
        output = parse_format(first.audio_format)
        if first.delivery_mode == "paced" and output.encoding in PACED:
            output = replace(output, paced=True)
        opened = events.OpenContext(context_id, first.voice_id or "", first.language or "", output=output)
        return [opened, *self._go_on(context_id, first)]

    def _go_on(self, context_id: str, message: First | Later) -> list[events.Command]:
        commands: list[events.Command] = []
        if message.text:
            commands.append(events.AppendText(context_id, message.text))
        if message.flush:
            commands.append(events.Flush(context_id))
        if message.close_context:
            self._leave(context_id, interrupted=True)
            commands += [events.Clear(context_id), events.CloseContext(context_id)]
        elif message.auto_close:
            commands.append(events.CloseContext(context_id))
        if message.close_socket:
            commands.append(events.CloseSession())
        return commands

    def _leave(self, context_id: str, *, interrupted: bool) -> None:
        self._open.discard(context_id)
        self._leaving[context_id].append(interrupted)

    def _interrupted(self, context_id: str) -> bool:
        """Of the context that is heard now."""
        leaving = self._leaving.get(context_id)
        return bool(leaving and leaving[0])

    def _said(self, event: events.AudioFrame | events.FlushDone) -> list[str | Close]:
        if isinstance(event, events.AudioFrame):
            return [self._message({"audio": event.audio}, event.context_id)]
        last: list[str | Close] = [self._message({"is_last": True}, event.context_id)]
        return last if self._multi or self._grace else [*last, Close(CLOSE_NORMAL)]

    def _fail(self, context_id: str, error: SpeechError) -> list[str | Close]:
        if not self._multi:
            code = close_code(error) if isinstance(error, UNREADABLE) else FAILURE_CODE.get(error.code, CLOSE_POLICY)
            return [Close(code, error.message)]
        self._failed.add(context_id)
        return [self._message({"error": error.message}, context_id)]

    def _end(self, context_id: str) -> list[str | Close]:
        leaving = self._leaving[context_id]
        if leaving:
            leaving.popleft()
        else:
            self._open.discard(context_id)
        if not leaving:
            del self._leaving[context_id]
        if not self._multi:
            return [Close(CLOSE_NORMAL)]
        if context_id in self._failed:  # the error was its last word
            self._failed.discard(context_id)
            return []
        return [self._message({"context_closed": True}, context_id)]

    def _message(self, fields: dict[str, object], context_id: str) -> str:
        named = {**fields, "context_id": context_id} if self._multi else fields
        return encode_json(named)
