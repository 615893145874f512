"""What the gateway says, in the words of docs/protocol.md.

A context yields Audio, Words, FlushDone, Cleared, Warned and, last, ContextDone. Times are seconds in the context's
audio; text offsets count code points of the text that was appended since the context was opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Usage:
    characters: int = 0
    audio_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Word:
    text_start: int
    text_end: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """bit_rate: bits per second, 0 for encodings that have none."""

    encoding: str
    sample_rate: int = 0
    bit_rate: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session allows; `max_lead`, `context_idle` and `session_idle` in seconds."""

    max_contexts: int = 0
    max_text: int = 0
    max_lead: float = 0.0
    context_idle: float = 0.0
    session_idle: float = 0.0


@dataclass(frozen=True, slots=True)
class Audio:
    """sequence: 1, 2, 3 ... over the context's audio; audio: bytes of the context's encoding."""

    context_id: str
    flush_id: int
    sequence: int
    audio: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """Comes before or with the audio that it describes."""

    context_id: str
    flush_id: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class FlushDone:
    """After the last audio of that flush, exactly once."""

    context_id: str
    flush_id: int
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Cleared:
    """Your own text since the context was opened or last cleared, split at what was played."""

    context_id: str
    heard: str
    unheard: str


@dataclass(frozen=True, slots=True)
class ContextDone:
    """The last event of a context."""

    context_id: str
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Warned:
    """Nothing is lost. Without a context_id it is about the session, and every open context hears it."""

    context_id: str | None = None
    code: str = ""
    message: str = ""


Event = Audio | Words | FlushDone | Cleared | ContextDone | Warned


# Heard by the library itself: `session.limits`, `context.opened` and SpeechError tell what matters of them.


@dataclass(frozen=True, slots=True)
class SessionOpened:
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class ContextOpened:
    """handle: the context's number in binary frames."""

    context_id: str
    voice: str
    output: AudioFormat
    handle: int = 0


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    code: str
    reason: str
    message: str = ""
    retryable: bool = False
    audio_sent_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    error: ErrorDetail
    context_id: str | None = None


@dataclass(frozen=True, slots=True)
class SessionDone:
    pass


Message = Event | SessionOpened | ContextOpened | Failed | SessionDone

MESSAGES: Mapping[str, type[Message]] = MappingProxyType(
    {
        "session_opened": SessionOpened,
        "context_opened": ContextOpened,
        "audio": Audio,
        "words": Words,
        "flush_done": FlushDone,
        "cleared": Cleared,
        "context_done": ContextDone,
        "warned": Warned,
        "failed": Failed,
        "session_done": SessionDone,
    }
)
