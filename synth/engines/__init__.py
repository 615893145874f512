"""What an engine is.

An engine turns a batch of utterances into samples, in two steps: what needs no model (reading the text) is prepared
one utterance at a time, off the engine's threads; then the threads that own the engine, mostly one, have batches
spoken. It never hears of gRPC, queues or event loops. A new one is a file in this folder and a line in table.py, or a
package of its own (docs/engines.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """gender: female, male, neutral or unknown."""

    name: str
    language: str
    gender: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Phonemes:
    """text[text_start:text_end] of an utterance is to be pronounced as `ipa`, which is never empty."""

    text_start: int
    text_end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What to say. Speed and pitch are factors on the voice's own; skip: samples to leave out at the start.

    begins: it is the first of a turn, whose listener waits in silence.

    phonemes: in the order of the text, without overlaps. An engine says what it has no sound for as the nearest that
    it has, or leaves it out.
    """

    text: str
    voice: str
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    skip: int = 0
    phonemes: tuple[Phonemes, ...] = ()
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Offsets into the utterance's text, in code points; seconds from its first sample (skipped ones count)."""

    text_start: int
    text_end: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one utterance's audio, with the words that begin in it.

    utterance: index into the batch; pcm: s16le mono, whole samples; ready_in: seconds after the start of the
    synthesis before which the listener must not get it (0 for real engines).

    breath: it has nothing in it (see Engine); aside: seconds since the last one in which the batch's thread did nothing
    for it, less those in which others worked for it.
    """

    utterance: int
    pcm: bytes = b""
    words: tuple[Word, ...] = ()
    ready_in: float = 0.0
    breath: bool = False
    aside: float = 0.0


PATIENCE = 0.3  # seconds: what a turn's first segment mostly takes on two cores, measured with Kokoro


class Interest(IntEnum):
    """Of a listener. NONE, alone false: it has gone; URGENT: what is spoken was due already, so it hears nothing or did
    when that began; PATIENT: there is time to stand aside for PATIENCE.
    """

    NONE = 0
    WANTED = 1
    PATIENT = 2
    URGENT = 3


Emit = Callable[[Chunk], int]  # the answer is an Interest, which only breaths tell closely


CHARACTERS_PER_SECOND = 15.0  # of English read aloud


@dataclass(frozen=True, slots=True)
class Prepared:
    """An utterance as its engine has read it.

    audio: estimated seconds of audio, by which engine time is shared out; plan: what the engine made of it, for itself;
    unread: how much of it the engine has no sound for and leaves out, in characters or phonemes.
    """

    utterance: Utterance
    audio: float
    plan: object = None
    unread: int = 0


class Unspeakable(Exception):
    """No engine of this kind will ever speak this utterance. Its text may be told to the client."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Where the engine's time goes: `fixed` seconds for a batch whatever is in it, `per_second` for each of audio.

    Measured on a usual machine: a first guess, which the worker corrects by what batches take. It bounds batches,
    tells who will be late, and so who is refused. helped: times as fast is a batch that others help with.
    """

    fixed: float
    per_second: float
    helped: float = 1.0

    def of(self, audio: float) -> float:
        """Seconds that a batch with so many seconds of audio takes."""
        return self.fixed + self.per_second * audio


class CannotOpen(Exception):
    """The engine lacks something that only the operator can provide. The text says what, and where to get it."""


class EngineError(Exception):
    """The engine could not speak this batch, and will be able to speak the next one, or one of its utterances alone.

    Its text reaches the gateway's log. Anything else that an engine raises ends the worker. spoiled: which utterances
    of the batch it is about, if the others have been said to their end.
    """

    def __init__(self, reason: str, spoiled: frozenset[int] | None = None) -> None:
        super().__init__(reason)
        self.spoiled = spoiled


class Engine(Protocol):
    """A model, loaded.

    Each utterance's audio comes in order; chunks of different utterances may interleave. When `emit` answers that
    nobody is interested, that utterance has been abandoned: say no more of it. All of a batch is said when `synthesize`
    returns. It is always called by the same threads, the rest may be called by any.

    An engine that works for long without saying anything may take breaths: it emits one between two steps of its work.
    What cannot wait is spoken meanwhile: `synthesize` is called again inside its own `emit`. A batch that is URGENT may
    also be given the core of one that is PATIENT, which says so with its next breath.
    """

    @property
    def name(self) -> str: ...
    @property
    def sample_rate(self) -> int:
        """Of all voices, in Hz."""

    @property
    def deterministic(self) -> bool:
        """The same utterance gives the same samples, and `skip` is honoured."""

    @property
    def max_batch(self) -> int: ...
    @property
    def cost(self) -> Cost: ...
    def voices(self) -> tuple[Voice, ...]:
        """Those worth listing, the default voice of each language before the others."""

    def speaks(self, voice: str, language: str) -> bool:
        """Whether there is such a voice, listed or not, and it can speak that language; empty = the voice's own."""

    @property
    def prepare_threads(self) -> int:
        """How many threads may be in `prepare` at once; 0: it takes microseconds, any thread may call it on its way."""

    @property
    def speaking_threads(self) -> int:
        """How many threads speak side by side, each in `synthesize` with a batch of its own."""

    def prepare(self, utterance: Utterance) -> Prepared:
        """Reads the text. Raises Unspeakable, or EngineError when this one utterance cannot be read."""

    def synthesize(self, batch: Sequence[Prepared], emit: Emit) -> None:
        """Of what `prepare` gave. Raises EngineError."""

    def close(self) -> None: ...


def estimate(utterance: Utterance) -> Prepared:
    """For an engine that needs no preparation: the audio by the length of the text."""
    return Prepared(utterance, len(utterance.text) / CHARACTERS_PER_SECOND / utterance.speed)
