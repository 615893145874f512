"""What a client of Cartesia asks for, the same over WebSocket and HTTP. Facts: the vendor's API reference and SDK."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.core.opening import MAX_CONTEXT_ID
from gateway.core.pacing.policy import Policy
from gateway.dialects.cartesia.formats import OutputFormat, parse_format
from gateway.errors import InvalidMessage, InvalidSetting

DEFAULT_DELAY, LONGEST_DELAY = 3000, 5000  # milliseconds for which text may be kept before it is spoken
UNBUFFERED = Policy(max_delay=0)  # each text is spoken as it comes
# The vendor gives them no number; five steps over the range that it has for numbers.
SPEEDS: Mapping[str, float] = MappingProxyType(
    {"slowest": 0.6, "slow": 0.8, "normal": 1.0, "fast": 1.25, "fastest": 1.5}
)
FIXED = ("model_id", "language", "locale", "output_format")  # of a context; and its voice


class Controls(msgspec.Struct, frozen=True, gc=False):
    """Of versions up to 2024-11-13; a number is from -1 to 1."""

    speed: str | float | None = None


class Voice(msgspec.Struct, frozen=True, gc=False, rename={"controls": "__experimental_controls"}):
    mode: str = "id"
    id: str | None = None
    controls: Controls | None = None


class Manner(msgspec.Struct, frozen=True, gc=False):
    """generation_config. volume and emotion steer the vendor's models and nothing here."""

    speed: float | None = None


class Generation(msgspec.Struct, frozen=True, gc=False, rename={"goes_on": "continue"}):
    """A text to be spoken; or the end of a context (an empty transcript that does not go on), a flush, a cancel."""

    context_id: str | None = None
    transcript: str | None = None
    goes_on: bool | None = None
    flush: bool | None = None
    cancel: bool | None = None
    model_id: str | None = None
    voice: str | Voice | None = None
    output_format: OutputFormat | None = None
    language: str | None = None
    locale: str | None = None
    add_timestamps: bool | None = None
    max_buffer_delay_ms: float | None = None
    generation_config: Manner | None = None
    speed: str | float | None = None

    @property
    def text(self) -> str:
        return self.transcript or ""

    @property
    def voice_id(self) -> str:
        """Raises InvalidSetting for one that is not named."""
        if isinstance(self.voice, Voice):
            if self.voice.mode != "id":
                raise InvalidSetting("a voice is named by its id; embeddings are not accepted")
            return self.voice.id or ""
        return self.voice or ""


class Named(msgspec.Struct, frozen=True, gc=False):
    """Of a message that may be wrong in all else."""

    context_id: str | None = None


GENERATION = msgspec.json.Decoder(Generation)
NAMED = msgspec.json.Decoder(Named)


def open_context(context_id: str, first: Generation, containers: tuple[str, ...]) -> events.OpenContext:
    """How a context speaks, by its first message. Raises SpeechError."""
    return events.OpenContext(
        context_id,
        first.voice_id,
        first.language or first.locale or "",
        _speed(first),
        output=parse_format(first.output_format, containers),
        words=bool(first.add_timestamps),
        latency=_policy(first.max_buffer_delay_ms),
        hush=HUSH,
    )


def check_name(context_id: str) -> None:
    """Each message repeats it. Raises InvalidMessage."""
    if len(context_id) > MAX_CONTEXT_ID:
        raise InvalidMessage(f"context_id has at most {MAX_CONTEXT_ID} characters")


def check_unchanged(first: Generation, later: Generation) -> None:
    """What a later message leaves out stays as it was. Raises InvalidMessage."""
    same = later.voice == first.voice and later.output_format == first.output_format
    if same and (later.model_id, later.language, later.locale) == (first.model_id, first.language, first.locale):
        return  # as a rule
    given = [name for name in FIXED if getattr(later, name) is not None]
    changed = [name for name in given if getattr(later, name) != getattr(first, name)]
    if later.voice is not None and later.voice_id != first.voice_id:
        changed.append("voice")
    if changed:
        raise InvalidMessage(f"must stay as it was in the context's first message: {', '.join(changed)}")


def _policy(delay: float | None) -> Policy:
    milliseconds = DEFAULT_DELAY if delay is None else delay
    if not 0 <= milliseconds <= LONGEST_DELAY:
        raise InvalidSetting(f"max_buffer_delay_ms is from 0 to {LONGEST_DELAY}")
    return Policy(max_delay=milliseconds / 1000)


def _speed(asked: Generation) -> float:
    if asked.generation_config is not None and asked.generation_config.speed is not None:
        return asked.generation_config.speed
    if isinstance(asked.voice, Voice) and asked.voice.controls is not None:
        speed = asked.voice.controls.speed
        return 1 + speed / 2 if isinstance(speed, int | float) else _named_speed(speed)
    return float(asked.speed) if isinstance(asked.speed, int | float) else _named_speed(asked.speed)


def _named_speed(name: str | None) -> float:
    if name is not None and name not in SPEEDS:
        raise InvalidSetting(f"speed is a number or one of: {', '.join(SPEEDS)}")
    return SPEEDS[name or "normal"]
