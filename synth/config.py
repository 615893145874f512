"""The worker's settings: options of the command line, else VOXGATE_SYNTH_* in the environment."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from synth.engines import ENGINES


def _known_engine(name: str) -> str:
    if name not in ENGINES:
        raise ValueError(f"no engine is named {name!r}; known: {', '.join(ENGINES)}")
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
    busy: float = Field(default=0.0, ge=0, description="Seconds of the engine thread's time per second of audio.")
    max_batch: int = Field(default=1, ge=1, description="Utterances spoken at once.")


class WorkerConfig(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="VOXGATE_SYNTH_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    listen: str = Field(description="Where to listen: unix:/path or host:port.")
    engine: Annotated[str, AfterValidator(_known_engine)] = Field(
        default="espeak", description="Which engine speaks: espeak or tone."
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
    tone: ToneOptions = ToneOptions()
