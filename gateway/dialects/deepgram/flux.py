"""Deepgram's WebSocket /v2/speak, turn by turn. Facts: the vendor's API description and SDK, LiveKit's and Pipecat's
clients.

A turn begins with a Speak and ends with SpeechMetadata, behind its last audio; a Flush, noted at once, closes it to
more text. Turns wait for each other. An Interrupt drops what is not yet heard of all of them. Offsets count the audio
of the session, from which an Interrupt takes what was not heard.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import msgspec

from gateway.core import events
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.deepgram.errors import close, net_code
from gateway.dialects.deepgram.formats import number_of, samples_of, speed_of
from gateway.dialects.deepgram.ledger import Ledger, Said, warning
from gateway.dialects.deepgram.models import model_of
from gateway.dialects.deepgram.speeds import Wrong, check_speed
from gateway.dialects.deepgram.turns import Turn
from gateway.dialects.surface import Request
from gateway.errors import CLOSE_NORMAL, InvalidMessage, InvalidSetting

DEFAULT_MODEL = "flux-alexis-en"
EXPRESSIVITY = range(-2, 3)
LONGEST = 1 << 53  # milliseconds; what a float still counts one by one


class Offset(msgspec.Struct, frozen=True):
    value: Annotated[int, msgspec.Meta(le=LONGEST)]
    type: str = "time_ms"


class Message(msgspec.Struct, frozen=True):
    type: str
    text: str | None = None
    playback_offset: Offset | None = None
    speed: float | None = None


MESSAGE = msgspec.json.Decoder(Message)


class FluxDialect:
    def __init__(self, request: Request) -> None:
        """Raises SpeechError for what the query asks for."""
        self.name = "deepgram_flux"
        self._request_id = request.id
        self._model = model_of(request, DEFAULT_MODEL)
        self._output = samples_of(request.query)
        self._speed = speed_of(request.query)
        self._opening = events.OpenContext("", self._model.voice.name, output=self._output)
        if (wrong := check_speed(self._speed)) is not None:
            raise InvalidSetting(f"{wrong.code}: {wrong.description}")
        if number_of(request.query, "expressivity", 0) not in EXPRESSIVITY:
            raise InvalidSetting("EXPRESSIVITY_OUT_OF_RANGE: expressivity is a whole number from -2 to 2")
        self._context = 0  # number of the one that is open; a change of speed needs another
        self._opened_speed: float | None = None  # None: none is open
        self._begun = 0  # turns
        self._ledger = Ledger(self._output)

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        message = decode_json(MESSAGE, frame)
        match message.type:
            case "Speak":
                return self._speak(message)
            case "Flush":
                return self._flush()
            case "Interrupt":
                return self._interrupt(message.playback_offset)
            case "Configure":
                return self._configure(message.speed)
            case "Close":
                return [events.CloseSession()]
            case "KeepAlive":
                return []
        return [_warn("UNKNOWN_MESSAGE_TYPE", f"no message of this protocol is of type {message.type[:40]!r}")]

    def expire(self, context_id: str) -> None:
        self._opened_speed = None if context_id == self._name else self._opened_speed
        self._ledger.close(context_id)

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | bytes | Close]:
        match event:
            case events.AudioFrame(audio=audio) if not self._ledger.interrupted:
                self._ledger.count(audio)
                return [audio]
            case events.Failed(context_id=None, error=error):
                return [encode_json(_error(net_code(error), error.message)), close(error)]
            case events.SessionDone():
                return [encode_json(self._ledger.metadata()), Close(CLOSE_NORMAL)]
        return [encode_json(said) for said in self._said(event)]

    def _said(self, event: events.Event | events.AudioFrame) -> Sequence[Said]:
        match event:
            case events.SessionOpened():
                return [self._connected()]
            case events.Answer(said=dict() as said):
                return [said]
            case events.FlushDone():
                return self._ledger.end_flushed()
            case events.Cleared():
                return self._ledger.end_interruption(event)
            case events.Failed(context_id=str(context_id), error=error):
                self._ledger.forget(context_id)
                return [_error(net_code(error), error.message)]
            case events.ContextDone(context_id=context_id):  # what was to come of it does not
                self._opened_speed = None if context_id == self._name else self._opened_speed
                return self._ledger.end_all(context_id)
        return []

    # what the client says

    @property
    def _name(self) -> str:
        return str(self._context)

    def _speak(self, message: Message) -> Sequence[events.Command]:
        if message.text is None:
            raise InvalidMessage("Speak has a text")
        commands = self._open()
        turn = self._ledger.growing
        if turn is None:
            turn, begins = self._begin_turn()
            commands += begins
        turn.add(message.text)
        return [*commands, events.AppendText(self._name, message.text)]

    def _open(self) -> list[events.Command]:
        """The context; another than before where the speed has changed and nothing of the old one is to come."""
        if self._opened_speed == self._speed or (self._opened_speed is not None and self._ledger.turns):
            return []
        closing = [] if self._opened_speed is None else [events.CloseContext(self._name)]
        self._context += 1
        self._opened_speed = self._speed
        self._ledger.rebase()
        return [*closing, replace(self._opening, context_id=self._name, speed=self._speed)]

    def _begin_turn(self) -> tuple[Turn, list[events.Command]]:
        self._begun += 1
        turn = Turn(f"dg_sp_{self._request_id[:8]}{self._begun:04x}", self._name)
        self._ledger.turns.append(turn)
        return turn, [events.Answer(self._name, turn.started)] if len(self._ledger.turns) == 1 else []

    def _flush(self) -> Sequence[events.Command]:
        turn = self._ledger.growing
        if turn is None:
            return [_warn("NO_ACTIVE_SPEECH", "there is no turn to flush")]
        turn.flushed = True
        return [events.Answer(self._name, turn.flush_noted), events.Flush(self._name)]

    def _interrupt(self, offset: Offset | None) -> Sequence[events.Command]:
        if offset is not None and offset.type != "time_ms":
            raise InvalidMessage("playback_offset is of type time_ms")
        if self._ledger.interrupted:
            return [_warn("INTERRUPT_IN_PROGRESS", "the Interrupt before is not answered yet")]
        place = None if offset is None else offset.value
        turns = self._ledger.audible(place)
        if not turns or self._opened_speed is None:
            return [_warn("NO_ACTIVE_SPEECH", "there is no turn to interrupt")]
        base = self._ledger.base
        if place is not None and place < base:
            return [_warn("INVALID_INTERRUPT_OFFSET", f"playback_offset is before {round(base)} ms")]
        self._ledger.interrupt(turns, place)
        return [events.Clear(self._name, None if place is None else place - base)]

    def _configure(self, speed: float | None) -> Sequence[events.Command]:
        wrong: Wrong | None = None if speed is None else check_speed(speed)
        if wrong is not None:
            failure = {"code": wrong.code, "field": "speed", "value": speed, "description": wrong.description}
            return [events.Answer(None, {"type": "ConfigureFailure", **failure})]
        self._speed = self._speed if speed is None else speed
        return [events.Answer(None, {"type": "ConfigureSuccess", "applied": {"speed": self._speed}})]

    def _connected(self) -> Said:
        model = {
            "model_name": self._model.name,
            "model_version": self._model.version,
            "model_uuids": [self._model.uuid],
        }
        return {"type": "Connected", "request_id": self._request_id, **model}


def _warn(code: str, description: str) -> events.Answer:
    return events.Answer(None, warning(code, description))


def _error(code: str, description: str) -> Said:
    return {"type": "Error", "code": code, "description": description}
