"""Deepgram's WebSocket /v2/speak, turn by turn. Facts: the vendor's API description and SDK, LiveKit's and Pipecat's
clients.

A turn begins with a Speak and ends with SpeechMetadata, behind its last audio; a Flush, noted at once, closes it to
more text. Turns wait for each other. An Interrupt drops what is not yet heard of all of them. Offsets count the audio
of the session, from which an Interrupt takes what was not heard.
"""

from collections.abc import Sequence

from gateway.core import events
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.deepgram.errors import close, net_code
from gateway.dialects.deepgram.flux_messages import MESSAGE, Message, told, warn
from gateway.dialects.deepgram.formats import number_of, samples_of, speed_of
from gateway.dialects.deepgram.ledger import Ledger, Said
from gateway.dialects.deepgram.models import model_of
from gateway.dialects.deepgram.speaker import Speaker
from gateway.dialects.deepgram.speeds import check_speed
from gateway.dialects.deepgram.turns import Turn
from gateway.dialects.surface import Request
from gateway.errors import CLOSE_NORMAL, InvalidMessage, InvalidSetting

DEFAULT_MODEL = "flux-alexis-en"
EXPRESSIVITY = range(-2, 3)


class FluxDialect:
    def __init__(self, request: Request) -> None:
        """Raises SpeechError for what the query asks for."""
        self.name = "deepgram_flux"
        self._request_id = request.id
        self._model = model_of(request, DEFAULT_MODEL)
        output, speed = samples_of(request.query), speed_of(request.query)
        if (wrong := check_speed(speed)) is not None:
            raise InvalidSetting(f"{wrong.code}: {wrong.description}")
        if number_of(request.query, "expressivity", 0) not in EXPRESSIVITY:
            raise InvalidSetting("EXPRESSIVITY_OUT_OF_RANGE: expressivity is a whole number from -2 to 2")
        self._speaker = Speaker(events.OpenContext("", self._model.voice.name, output=output), speed)
        self._begun = 0  # turns
        self._ledger = Ledger(output)

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
                offset = message.playback_offset
                return self._interrupt(None if offset is None else offset.milliseconds)
            case "Configure":
                return [self._speaker.configure(message.speed)]
            case "Close":
                return [events.CloseSession()]
            case "KeepAlive":
                return []
        return [warn("UNKNOWN_MESSAGE_TYPE", f"no message of this protocol is of type {message.type[:40]!r}")]

    def expire(self, context_id: str) -> None:
        self._speaker.end(context_id)
        self._ledger.close(context_id)

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | bytes | Close]:
        match event:
            case events.AudioFrame(audio=audio) if not self._ledger.interrupted:
                self._ledger.count(audio)
                return [audio]
            case events.Failed(context_id=None, error=error):
                return [encode_json(told(net_code(error), error.message)), close(error)]
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
                return [told(net_code(error), error.message)]
            case events.ContextDone(context_id=context_id):  # what was to come of it does not
                self._speaker.end(context_id)
                return self._ledger.end_all(context_id)
        return []

    # what the client says

    def _speak(self, message: Message) -> Sequence[events.Command]:
        if message.text is None:
            raise InvalidMessage("Speak has a text")
        commands = self._speaker.open(busy=bool(self._ledger.turns))
        if commands:
            self._ledger.rebase()
        turn = self._ledger.growing
        if turn is None:
            turn, begins = self._begin_turn()
            commands += begins
        turn.add(message.text)
        return [*commands, events.AppendText(self._speaker.name, message.text)]

    def _begin_turn(self) -> tuple[Turn, list[events.Command]]:
        self._begun += 1
        turn = Turn(f"dg_sp_{self._request_id[:8]}{self._begun:04x}", self._speaker.name)
        self._ledger.turns.append(turn)
        return turn, [events.Answer(self._speaker.name, turn.started)] if len(self._ledger.turns) == 1 else []

    def _flush(self) -> Sequence[events.Command]:
        turn = self._ledger.growing
        if turn is None:
            return [warn("NO_ACTIVE_SPEECH", "there is no turn to flush")]
        turn.flushed = True
        return [events.Answer(self._speaker.name, turn.flush_noted), events.Flush(self._speaker.name)]

    def _interrupt(self, place: int | None) -> Sequence[events.Command]:
        """place: milliseconds of the session's audio that were heard, if the client knows."""
        if self._ledger.interrupted:
            return [warn("INTERRUPT_IN_PROGRESS", "the Interrupt before is not answered yet")]
        turns = self._ledger.audible(place)
        if not turns or not self._speaker.is_open:
            return [warn("NO_ACTIVE_SPEECH", "there is no turn to interrupt")]
        base = self._ledger.base
        if place is not None and place < base:
            return [warn("INVALID_INTERRUPT_OFFSET", f"playback_offset is before {round(base)} ms")]
        self._ledger.interrupt(turns, place)
        return [events.Clear(self._speaker.name, None if place is None else place - base)]

    def _connected(self) -> Said:
        model = {
            "model_name": self._model.name,
            "model_version": self._model.version,
            "model_uuids": [self._model.uuid],
        }
        return {"type": "Connected", "request_id": self._request_id, **model}
