"""The worker's settings: options of the command line, else VOXGATE_SYNTH_* in the environment."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic import model_validator as validate_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from synth.engines.table import ENGINES, known


def _known_engine(name: str) -> str:
    if name not in known():
        raise ValueError(f"no engine is named {name!r}; known: {', '.join(known())}")
    return name


class ToneOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: float = Field(default=0.0, ge=0, description="Seconds until the first chunk.")
    pace: float = Field(
        default=0.0,
        ge=0,
        description="Seconds of waiting per second of audio: 1 = each chunk comes just when a listener needs it, "
        "0 = as fast as it can.",
    )
    chunk: float = Field(default=0.2, ge=0.001, description="Seconds of audio per chunk; the first one has 0.02.")
    whole: bool = Field(
        default=False, description="All audio of an utterance at once, when it is made: a model that does not stream."
    )
    busy: float = Field(default=0.0, ge=0, description="Seconds of the engine thread's time per second of audio.")
    breath: float = Field(default=0.0, ge=0, description="Seconds of that after which others may be spoken; 0: never.")
    speaking_threads: int = Field(default=1, ge=1, description="Batches spoken side by side.")
    max_batch: int = Field(default=1, ge=1, description="Utterances spoken at once.")


class KokoroOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: str = Field(default="", description="File of the network's weights; empty: the published ones.")
    config: str = Field(
        default="", description="Its config.json; empty: the one beside the weights, else the published."
    )
    voices: str = Field(
        default="",
        description="Directories of voices and voices (.pt), separated like PATH; empty: those beside the config.",
    )
    device: str = Field(default="auto", description="auto, cpu, cuda or cuda:1.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto",
        description="Of the network's convolutions; the 16 bits are an approximation. auto: bfloat16 on a processor "
        "that multiplies its matrices (AMX), else float32.",
    )
    graphs: bool = Field(
        default=False,
        description="On a CUDA device: record the network's work for some shapes at the start and replay it. "
        "No card has tried it yet.",
    )
    kernels: bool = Field(
        default=False,
        description="On a CUDA device: Triton kernels between the convolutions. No card has tried them yet.",
    )
    windowed: bool = Field(
        default=False,
        description="On a processor: the first segment of a turn is heard before all of it is made. An approximation.",
    )
    threads: int = Field(
        default=1, ge=1, description="Of a processor, for each segment: speaking side by side is faster."
    )
    speaking_threads: int = Field(
        default=0,
        ge=0,
        description="Segments that a processor speaks side by side, from one queue; 0: one on each core, 4 at most.",
    )
    max_batch: int = Field(default=0, ge=0, description="Utterances spoken at once; 0: 1 on a processor, 32 on a GPU.")
    reading_threads: int = Field(default=1, ge=1, description="Threads that turn text into phonemes.")
    voice_cache: int = Field(default=64, ge=1, description="Voices and mixes kept in memory, half a megabyte each.")
    unload_after: float = Field(
        default=0.0, ge=0, description="Seconds without work after which the network leaves memory; 0: it stays."
    )


class WorkerConfig(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="VOXGATE_SYNTH_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    listen: str = Field(description="Where to listen: unix:/path or host:port.")
    engine: Annotated[str, AfterValidator(_known_engine)] = Field(
        default="espeak", description="Which engine speaks: espeak, kokoro, tone, or one that is installed."
    )
    max_queued_audio: float = Field(
        default=1200.0,  # what espeak makes in about a second (measured: 0.8 ms of work per second of audio)
        gt=0,
        description="Seconds of audio (estimated) that may wait for the engine; above it calls are refused at once.",
    )
    max_late: float = Field(
        default=5.0,
        gt=0,
        description="Seconds that a listener may wait in silence for the first segment of a turn to be begun; where it "
        "would be more, the turn is refused at once.",
    )
    headroom: float = Field(
        default=0.3,  # docs/scheduling.md
        gt=0,
        description="Share of what listeners still have to play by which what waits for them must be ready; where it "
        "would not be, new turns are refused at once. inf: never for that.",
    )
    grace: float = Field(default=20.0, ge=0, description="Seconds that running calls have to finish after SIGTERM.")
    parent_pipe: bool = Field(
        default=False,
        description="Standard input is a pipe that the parent process holds open; exit at once when it closes.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="Of the log on standard error; auto: console on a terminal, else JSON."
    )
    tone: ToneOptions = ToneOptions()
    kokoro: KokoroOptions = KokoroOptions()
    options: dict[str, str] = Field(
        default={}, description="Of the engine that is chosen, whichever it is; one that is installed has no others."
    )

    @validate_model(mode="before")
    @classmethod
    def _hand_over(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """The options of an engine of ours are checked as its own."""
        engine = settings.get("engine", "espeak")
        if engine not in ENGINES or not settings.get("options"):
            return settings
        if engine not in cls.model_fields:
            raise ValueError(f"the engine {engine} has no options")
        own = settings.get(engine, {})
        own = own.model_dump(exclude_unset=True) if isinstance(own, BaseModel) else own
        return {**settings, engine: {**own, **settings["options"]}, "options": {}}
