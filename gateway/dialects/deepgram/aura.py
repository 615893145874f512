"""Deepgram's WebSocket /v1/speak. Facts: the vendor's API description and SDK, LiveKit's and Pipecat's clients.

Text comes in any pieces; sentences are spoken when they are complete, the rest at a Flush. Audio has no name, so that
clients take whatever comes for what plays now: between a Clear and its answer nothing is said that belongs to what was
cleared. A Close is answered at once, since LiveKit's client waits for a word before its next turn, however much there
is still to be heard. Errors are told by the close; what is not known is warned about, so that a newer client works.
"""

from collections.abc import Sequence

import msgspec

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.deepgram.errors import close
from gateway.dialects.deepgram.formats import samples_of, speed_of
from gateway.dialects.deepgram.models import model_of
from gateway.dialects.surface import Request
from gateway.errors import CLOSE_NORMAL, InvalidMessage

CONTEXT = "speak"
DEFAULT_MODEL = "aura-asteria-en"


class Message(msgspec.Struct, frozen=True):
    type: str
    text: str | None = None


MESSAGE = msgspec.json.Decoder(Message)


class AuraDialect:
    def __init__(self, request: Request) -> None:
        """Raises SpeechError for what the query asks for."""
        self.name = "deepgram"
        self._request_id = request.id
        self._model = model_of(request, DEFAULT_MODEL)
        voice, output = self._model.voice, samples_of(request.query)
        self._opening = events.OpenContext(CONTEXT, voice.name, speed=speed_of(request.query), output=output, hush=HUSH)
        self._open = False
        self._flushes = 0  # to be answered
        self._clears = 0  # to be answered; until then nothing else is said
        self._answered = 0

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        message = decode_json(MESSAGE, frame)
        match message.type:
            case "Speak":
                if message.text is None:
                    raise InvalidMessage("Speak has a text")
                return [*self._begin(), events.AppendText(CONTEXT, message.text)]
            case "Flush":
                self._flushes += 1
                return [*self._begin(), events.Flush(CONTEXT)]
            case "Clear":
                return self._clear()
            case "Close":
                return [events.Answer(None, self._metadata()), events.CloseSession()]
            case "KeepAlive":
                return []
        unknown = f"no message of this protocol is of type {message.type[:40]!r}"
        warning = {"type": "Warning", "warn_msg": unknown, "description": unknown, "code": "UNKNOWN_MESSAGE_TYPE"}
        return [events.Answer(None, warning)]

    def expire(self, _context_id: str) -> None:
        self._open = False  # the next text opens another

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | bytes | Close]:
        match event:
            case events.SessionOpened():
                return [encode_json(self._metadata())]
            case events.AudioFrame(audio=audio) if not self._clears:
                return [audio]
            case events.FlushDone() if self._flushes and not self._clears:
                self._flushes -= 1
                return [self._numbered("Flushed")]
            case events.Cleared() if self._clears:
                self._clears -= 1
                return [self._numbered("Cleared")]
            case events.Answer(said=said):
                return [encode_json(said)]
            case events.Failed(error=error):
                return [close(error)]
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _begin(self) -> Sequence[events.Command]:
        if self._open:
            return []
        self._open = True
        return [self._opening]

    def _clear(self) -> Sequence[events.Command]:
        self._flushes = 0  # their text is gone; those to come are answered behind this
        self._clears += 1
        return [*self._begin(), events.Clear(CONTEXT)]

    def _numbered(self, kind: str) -> str:
        number = self._answered
        self._answered += 1
        return encode_json({"type": kind, "sequence_id": number})

    def _metadata(self) -> dict[str, object]:
        return {
            "type": "Metadata",
            "request_id": self._request_id,
            "model_name": self._model.name,
            "model_version": self._model.version,
            "model_uuid": self._model.uuid,
        }
