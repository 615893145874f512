"""LiveKit Inference's WebSocket: /v1/tts?model=PROVIDER/MODEL.

Facts: livekit-agents' `inference` module, in Python and in Node. A turn is all transcripts up to `session.flush`, in a
context of its own, and is answered by one `done`; sockets are used for turn after turn, and an interruption is hanging
up. `session_id` is in every message: a client takes the first that it sees in a turn for the turn's beginning. The
models are the vendors' and steer nothing here.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.core import events
from gateway.core.asking import SPEEDS
from gateway.core.formats import AudioFormat
from gateway.core.hush import HUSH
from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.livekit.transcript import Transcript
from gateway.errors import CLOSE_NORMAL, InvalidMessage, SpeechError, close_code

DEFAULT_RATE = 16_000  # Hz, the client's


class Wish(msgspec.Struct, frozen=True):
    """`generation_config`, and the same of `session.create`. extra: the provider's own options."""

    voice: str | None = None
    language: str | None = None
    model: str | None = None


class Create(msgspec.Struct, frozen=True, tag="session.create"):
    sample_rate: int | str = DEFAULT_RATE  # the client sends text
    encoding: str = "pcm_s16le"
    voice: str | None = None
    language: str | None = None
    model: str | None = None
    extra: dict[str, Any] | None = None
    transcript: str = ""


class Input(msgspec.Struct, frozen=True, tag="input_transcript"):
    transcript: str
    generation_config: Wish | None = None
    extra: dict[str, Any] | None = None


class Flush(msgspec.Struct, frozen=True, tag="session.flush"):
    pass


class CloseSession(msgspec.Struct, frozen=True, tag="session.close"):
    pass


class _Typed(msgspec.Struct, frozen=True):
    type: str


TYPED = msgspec.json.Decoder(_Typed)
KINDS = ("session.create", "input_transcript", "session.flush", "session.close")
MESSAGES = msgspec.json.Decoder(Create | Input | Flush | CloseSession)


class LivekitDialect:
    name = "livekit"

    def __init__(self, model: str, session_id: str) -> None:
        self._model = model
        self._session_id = session_id
        self._settings = Create()
        self._turn = 0
        self._speaking = False  # a turn has begun and is not flushed
        self._closing = False
        self._transcripts: dict[str, Transcript] = {}
        self._failed: set[str] = set()

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        if decode_json(TYPED, frame).type not in KINDS:  # of a later version
            return []
        match decode_json(MESSAGES, frame):
            case Create() as settings:
                _rate(settings)
                self._settings = settings
                return self._say(Input(settings.transcript)) if settings.transcript else []
            case Input() as said:
                return self._say(said)
            case Flush():
                commands = [] if self._speaking else [self._open(Input(""))]
                self._speaking = False
                return [*commands, events.CloseContext(self._context_id)]
            case CloseSession():
                self._closing = True
        return [events.CloseSession()]

    def expire(self, context_id: str) -> None:
        if context_id == self._context_id:
            self._speaking = False  # the next text opens another

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.SessionOpened():
                return [self._message("session.created")]
            case events.AudioFrame():
                return [self._message("output_audio", audio=event.audio)]
            case events.Words() if event.context_id in self._transcripts:
                words = self._transcripts[event.context_id].words(event.words)
                return [self._message("output_alignment", words=words)] if words else []
            case events.ContextDone(context_id=context_id):
                return self._end(context_id)
            case events.Failed(context_id=None, error=error):
                return [self._error(error), Close(close_code(error), error.message)]
            case events.Failed(context_id=str(context_id), error=error):
                self._failed.add(context_id)
                return [self._error(error)]
            case events.SessionDone():
                closed = [self._message("session.closed")] if self._closing else []
                return [*closed, Close(CLOSE_NORMAL)]
        return []

    @property
    def _context_id(self) -> str:
        return f"turn-{self._turn}"

    def _say(self, said: Input) -> list[events.Command]:
        commands: list[events.Command] = [] if self._speaking else [self._open(said)]
        transcript = self._transcripts.get(self._context_id)
        if transcript is not None:
            transcript.add(said.transcript)
        return [*commands, events.AppendText(self._context_id, said.transcript)]

    def _open(self, said: Input) -> events.OpenContext:
        self._turn += 1
        self._speaking = True
        settings, wish = self._settings, said.generation_config or Wish()
        model = wish.model or settings.model or self._model
        language = wish.language or settings.language or ""
        # The client adds the space after a word itself where the words are Cartesia's.
        self._transcripts[self._context_id] = Transcript(spaced=not model.startswith("cartesia/"))
        return events.OpenContext(
            self._context_id,
            _voice(wish.voice or settings.voice or "", model, language),
            language,
            _speed({**(settings.extra or {}), **(said.extra or {})}),
            output=AudioFormat(settings.encoding, _rate(settings)),
            words=True,
            hush=HUSH,
        )

    def _end(self, context_id: str) -> list[str | Close]:
        self._transcripts.pop(context_id, None)
        if context_id in self._failed:  # the error was its last word, also for what is still to come of the turn
            self._failed.discard(context_id)
            return []
        return [self._message("done")]

    def _error(self, error: SpeechError) -> str:
        return self._message("error", message=error.message, code=error.reason, retryable=error.retryable)

    def _message(self, kind: str, **fields: object) -> str:
        return encode_json({"type": kind, "session_id": self._session_id, **fields})


def _rate(settings: Create) -> int:
    try:
        return int(settings.sample_rate)
    except ValueError as error:
        raise InvalidMessage("sample_rate is a number of samples per second") from error


def _voice(name: str, model: str, language: str) -> str:
    """Deepgram's voices are parts of its models' names."""
    provider, _, family = model.partition("/")
    if provider == "deepgram" and name and not name.startswith(family):
        return f"{family}-{name}-{language.partition('-')[0] or 'en'}"
    return name


def _speed(extra: dict[str, Any]) -> float:
    """Words ("slow") are left to the vendors' own dialects."""
    speed = extra.get("speed")
    if isinstance(speed, bool) or not isinstance(speed, int | float):
        return 1.0
    lowest, highest = SPEEDS
    return min(highest, max(lowest, speed))
