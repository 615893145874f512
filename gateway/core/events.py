"""The vocabulary: everything that a session hears and says.

Commands are orders, events are facts; `context_id` comes first. Seconds everywhere, except where a name says
otherwise. Text offsets count code points of the text that the client sent in this context since it was opened.
PCM is s16le mono at the voice's own sample rate, whole samples.
"""

from dataclasses import dataclass, field

from gateway.core.cleaning import Pronunciation
from gateway.core.formats import AudioFormat
from gateway.core.pacing.policy import DEFAULT_LATENCY, Policy
from gateway.errors import SpeechError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session allows. Told to the client when it connects."""

    max_contexts: int = 32  # ElevenLabs: 5, and clients leak them on barge-in; ours cost about 1 kB while idle
    max_text: int = 500_000  # characters accepted and not yet spoken, of all contexts; the longest of the hosted APIs
    max_lead: float = 30.0  # seconds of audio made ahead of the listener: what a barge-in can waste
    context_idle: float = 180.0  # a context that hears nothing for so long is closed; ElevenLabs' maximum
    session_idle: float = 300.0  # LiveKit pools sockets for 300 s


@dataclass(frozen=True, slots=True)
class Word:
    text_start: int
    text_end: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Usage:
    characters: int = 0
    audio_seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.characters + other.characters, self.audio_seconds + other.audio_seconds)

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(self.characters - other.characters, self.audio_seconds - other.audio_seconds)


# client -> session


@dataclass(frozen=True, slots=True)
class OpenContext:
    """Opens a stream of speech. Empty voice: the default of the language; empty language: the voice's own."""

    context_id: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    output: AudioFormat = field(default_factory=AudioFormat)
    text_format: str = "plain"  # one of cleaning.TEXT_FORMATS
    words: bool = False
    max_lead: float | None = None  # None: the session's limit; 0: no bound (a download)
    latency: str | Policy = DEFAULT_LATENCY  # one of LATENCIES, or a policy of the dialect's own
    pronunciations: tuple[Pronunciation, ...] = ()
    hush: float = 0.0  # seconds of silence for a flush whose text has no sound: LiveKit fails a turn without audio


@dataclass(frozen=True, slots=True)
class AppendText:
    context_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Flush:
    """Say what is buffered. Flushes of a context are numbered from 1."""

    context_id: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Barge-in: drop what is not yet spoken; the context stays open.

    played_ms: how much of the context's audio the listener has heard, if the client knows.
    """

    context_id: str
    played_ms: float | None = None


@dataclass(frozen=True, slots=True)
class CloseContext:
    """Speak the rest, then end."""

    context_id: str


@dataclass(frozen=True, slots=True)
class KeepAlive:
    context_id: str


@dataclass(frozen=True, slots=True)
class CloseSession:
    """Speak the rest of every context, then end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a dialect answers to its client by itself: the session passes it on. It waits for its turn among what else
    is said of the context; without one it waits for nothing. said: means something to the dialect alone.
    """

    context_id: str | None
    said: object


Command = OpenContext | AppendText | Flush | Clear | CloseContext | KeepAlive | CloseSession | Answer


# session -> client


@dataclass(frozen=True, slots=True)
class SessionOpened:
    limits: Limits


@dataclass(frozen=True, slots=True)
class ContextOpened:
    context_id: str
    voice: str
    output: AudioFormat
    sample_rate: int  # of the PCM in Audio: the voice's own; what the client hears has output.sample_rate


@dataclass(frozen=True, slots=True)
class Audio:
    context_id: str
    flush_id: int
    sequence: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """Comes before or with the audio that it describes; times are seconds in the context's audio."""

    context_id: str
    flush_id: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class FlushDone:
    """After the last audio of that flush, exactly once."""

    context_id: str
    flush_id: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Cleared:
    """The client's own text since the context was opened or last cleared, split at what was played."""

    context_id: str
    heard: str
    unheard: str


@dataclass(frozen=True, slots=True)
class ContextDone:
    """The last event of a context, exactly once.

    head: what its audio would have begun with had its length been known, for who keeps all of it: it takes the place of
    as many bytes. Told behind the encoder; empty where it makes no difference.
    """

    context_id: str
    usage: Usage
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Warned:
    """code: stable. `idle_timeout`: what it is about ends by itself, and its end follows."""

    context_id: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A context's failure is followed by its ContextDone; a session's (context_id None) by SessionDone."""

    context_id: str | None
    error: SpeechError


@dataclass(frozen=True, slots=True)
class SessionDone:
    pass


Event = (
    SessionOpened
    | ContextOpened
    | Audio
    | Words
    | FlushDone
    | Cleared
    | ContextDone
    | Warned
    | Failed
    | SessionDone
    | Answer
)


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """What becomes of Audio behind the encoder: bytes for the client, counted without holes over the context.

    until: seconds of the context's audio that are in this frame and in those before it, give or take a codec's delay.
    """

    context_id: str
    flush_id: int
    sequence: int
    audio: bytes
    until: float = 0.0


# session -> worker


@dataclass(frozen=True, slots=True)
class Phonemes:
    """text[text_start:text_end] of a segment is to be pronounced as this."""

    text_start: int
    text_end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Synthesize:
    segment_id: int
    text: str
    voice: str
    language: str
    speed: float
    pitch: float
    due_in: float  # seconds until the listener runs dry; 0 when silence waits
    skip: int = 0  # samples of the segment that have left already
    phonemes: tuple[Phonemes, ...] = ()  # in the order of the text, without overlaps
    begins: bool = False  # nobody has heard anything of this turn yet, so that it may be refused for being late
    asker: str = ""  # whose turn begins: who was refused first is taken on first


@dataclass(frozen=True, slots=True)
class Abandon:
    segment_id: int


Request = Synthesize | Abandon


# worker -> session


@dataclass(frozen=True, slots=True)
class SegmentAudio:
    segment_id: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class SegmentWords:
    """Offsets into the segment's text, seconds from its first sample."""

    segment_id: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class SegmentDone:
    """unread: characters or phonemes that the engine has no sound for and left out."""

    segment_id: int
    queued: float = 0.0
    computed: float = 0.0
    batch_size: int = 1
    unread: int = 0


@dataclass(frozen=True, slots=True)
class SegmentFailed:
    segment_id: int
    error: SpeechError


WorkerMessage = SegmentAudio | SegmentWords | SegmentDone | SegmentFailed


# shell -> session


@dataclass(frozen=True, slots=True)
class AudioAdjusted:
    """The audio on the wire differs from what the session said, by so many samples at the voice's rate: dropped before
    they were encoded (negative), or silence added to fill the codec's last frame before a pause (positive).
    """

    context_id: str
    samples: int


@dataclass(frozen=True, slots=True)
class Drain:
    """The server is going away: open no new context, end when the last one has ended."""


Message = Command | WorkerMessage | AudioAdjusted | Drain
Output = Event | Request
