"""What an engine is, and the table of those we have.

An engine turns a batch of utterances into samples. One thread owns it and calls it; it never hears of gRPC, queues
or event loops. A new one is a file in this folder and a line in ENGINES.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from synth.config import WorkerConfig


@dataclass(frozen=True, slots=True)
class Voice:
    """gender: female, male, neutral or unknown."""

    name: str
    language: str
    gender: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What to say. Speed and pitch are factors on the voice's own; skip: samples to leave out at the start."""

    text: str
    voice: str
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    ssml: bool = False
    skip: int = 0


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
    """

    utterance: int
    pcm: bytes
    words: tuple[Word, ...] = ()
    ready_in: float = 0.0


class EngineError(Exception):
    """The engine could not speak this batch, and will be able to speak the next one.

    Its text reaches the gateway's log. Anything else that an engine raises ends the worker.
    """


class Engine(Protocol):
    """A model, loaded.

    Each utterance's audio comes in order; chunks of different utterances may interleave. `emit` answers False when
    that utterance has been abandoned: say no more of it. All of a batch is said when `synthesize` returns. It is
    always called by the same thread; the rest may be called by any.
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
    def voices(self) -> tuple[Voice, ...]:
        """Those worth listing, the default voice of each language before the others."""

    def speaks(self, voice: str, language: str) -> bool:
        """Whether there is such a voice, listed or not, and it can speak that language; empty = the voice's own."""

    def synthesize(self, batch: Sequence[Utterance], emit: Callable[[Chunk], bool]) -> None:
        """Raises EngineError."""

    def close(self) -> None: ...


ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "espeak": "synth.engines.espeak.engine:open_engine",
        "tone": "synth.engines.tone:open_engine",
    }
)


def open_engine(config: "WorkerConfig") -> Engine:
    """Loads the engine that the configuration names; heavy libraries are imported here and not before."""
    module, _, function = ENGINES[config.engine].partition(":")
    return cast("Engine", getattr(import_module(module), function)(config))
