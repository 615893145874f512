"""Cartesia's WebSocket /tts/websocket. Facts: the vendor's API reference, its SDK, LiveKit's and Pipecat's clients.

Each message names its context and repeats its settings; texts of a context are one text, joined as they come. A
message that makes no sense is answered with an error, and the context goes on without it; only what is no JSON object
ends the connection. A context ends with `done`, or with an error. Cancelled, it is not heard of again but for its
`done`, and its name is free at once.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.core import events
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.cartesia.formats import SOCKET
from gateway.dialects.cartesia.messages import GENERATION, NAMED, Generation, check_name, check_unchanged, open_context
from gateway.dialects.cartesia.replies import Message, Replies, error_message
from gateway.dialects.surface import Request
from gateway.errors import CLOSE_NORMAL, InvalidMessage, SpeechError, close_code

REMEMBERED = 256  # contexts that have ended, so that a late word for them opens none


@dataclass(slots=True)
class Speech:
    """A context. ending: its last text has come; cancelled: the client wants to hear no more of it."""

    first: Generation
    replies: Replies
    ending: bool = False
    cancelled: bool = False


class CartesiaDialect:
    def __init__(self, request: Request) -> None:
        self.name = "cartesia"
        self._request_id = request.id
        self._unnamed = 0  # contexts
        self._open: dict[str, Speech] = {}  # by the name that the client speaks to it
        self._heard: dict[str, deque[Speech]] = defaultdict(deque)  # what the client still hears of, oldest first
        self._ended: dict[str, None] = {}

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        try:
            message = decode_json(GENERATION, frame)
        except InvalidMessage as error:
            return [_refusal(decode_json(NAMED, frame).context_id, error)]
        try:
            check_name(message.context_id or "")
            return self._take(message.context_id, message) if message.context_id else self._take_unnamed(message)
        except SpeechError as error:
            return [_refusal(message.context_id, error)]

    def expire(self, context_id: str) -> None:
        self._close(context_id, self._open[context_id])

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.AudioFrame() | events.Words() | events.FlushDone() | events.Failed(context_id=str()):
                assert event.context_id is not None, "a session's failure is another case"
                speech = self._heard[event.context_id][0]
                return [] if speech.cancelled else [encode_json(message) for message in speech.replies.encode(event)]
            case events.Answer(context_id=context_id, said=SpeechError() as error):
                return [encode_json(error_message(context_id, error, self._request_id))]
            case events.Failed(error=error):
                return [
                    encode_json(error_message(None, error, self._request_id)),
                    Close(close_code(error), error.message),
                ]
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
            case events.ContextDone(context_id=context_id):
                return [encode_json(message) for message in self._end(context_id, event)]
        return []

    def _take_unnamed(self, message: Generation) -> list[events.Command]:
        """It is a context of its own, to which nothing can be added."""
        self._unnamed += 1
        return self._take(f"{self._request_id}-{self._unnamed}", replace(message, goes_on=False))

    def _take(self, context_id: str, message: Generation) -> list[events.Command]:
        if message.cancel:
            return self._cancel(context_id)
        speech = self._open.get(context_id)
        if speech is None:
            if context_id in self._ended and not message.text.strip():
                return []  # it was on its way when the context ended
            opened = open_context(context_id, message, SOCKET)
            speech = self._begin(context_id, message, opened)
            return [opened, *self._go_on(context_id, speech, message)]
        if speech.ending:
            raise InvalidMessage("the context's last message was said not to go on; this one was not accepted")
        check_unchanged(speech.first, message)
        return self._go_on(context_id, speech, message)

    def _begin(self, context_id: str, first: Generation, opened: events.OpenContext) -> Speech:
        speech = Speech(first, Replies(context_id, self._request_id, opened))
        self._open[context_id] = speech
        self._heard[context_id].append(speech)
        return speech

    def _go_on(self, context_id: str, speech: Speech, message: Generation) -> list[events.Command]:
        commands: list[events.Command] = []
        if text := message.transcript:
            speech.replies.note_text(text)
            commands.append(events.AppendText(context_id, text))
        if message.flush:
            speech.replies.note_flush()
            commands.append(events.Flush(context_id))
        if not message.goes_on:
            speech.ending = True
            commands.append(events.CloseContext(context_id))
        return commands

    def _cancel(self, context_id: str) -> list[events.Command]:
        speech = self._open.pop(context_id, None)
        if speech is None:
            return []
        speech.cancelled = True
        return [events.Clear(context_id), events.CloseContext(context_id)]

    def _end(self, context_id: str, done: events.ContextDone) -> Sequence[Message]:
        speeches = self._heard[context_id]
        speech = speeches.popleft()
        if not speeches:
            del self._heard[context_id]
        self._close(context_id, speech)
        return [speech.replies.done()] if speech.cancelled else speech.replies.encode(done)

    def _close(self, context_id: str, speech: Speech) -> None:
        if self._open.get(context_id) is speech:
            del self._open[context_id]
        self._ended[context_id] = None
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]


def _refusal(context_id: str | None, error: SpeechError) -> events.Answer:
    """It waits until its client reads, so it bears no name that is too long."""
    try:
        check_name(context_id or "")
    except InvalidMessage as too_long:
        return events.Answer(None, too_long)
    return events.Answer(context_id, error)
