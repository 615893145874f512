"""A job: one text that is spoken into a file, whether or not its client stays.

    QUEUED      waits for a process that takes it
    PROCESSING  is being spoken; back to QUEUED when that fails and may be tried again
    COMPLETED   its audio is there
    FAILED      for good; `error` says why
    CANCELLED   its owner did not want it any more

The last three are ends: a job reaches exactly one of them, once. Times are seconds since 1970.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from gateway.core.cleaning import Pronunciation
from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.core.pacing import DEFAULT_LATENCY, LATENCIES
from gateway.errors import InvalidSetting, JobFailed

CONTEXT = "job"
# Seconds of a slow engine's work that a live listener may find before him: as short as sentences bear (100 characters).
MOST_WORK = 1.0
MAX_KEY = 255  # characters of an idempotency key; Stripe's bound

# The name of the file by its encoding; what is not here cannot be kept.
SUFFIXES: Mapping[str, str] = {
    "ogg_opus": "ogg",
    "mp3": "mp3",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
    "pcm_s16le": "pcm",
    "mulaw": "mulaw",
    "alaw": "alaw",
}


class State(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in (State.QUEUED, State.PROCESSING)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """How a text is spoken: the fields of OpenContext that matter to somebody who listens later.

    delivery: the protocol that asked, for metrics and for those who translate; extra: what the translator wants to
    find again (tags, a webhook's URL, ...), for JSON. urgent: somebody listens while it is spoken. None of them changes
    the audio.
    """

    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    output: AudioFormat = field(default_factory=AudioFormat)
    text_format: str = "plain"
    latency: str = DEFAULT_LATENCY
    pronunciations: tuple[Pronunciation, ...] = ()
    delivery: str = "jobs"
    extra: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False

    @classmethod
    def of(
        cls,
        opened: OpenContext,
        *,
        delivery: str = "jobs",
        extra: Mapping[str, Any] | None = None,
        urgent: bool = False,
    ) -> "JobRequest":
        """What a one-shot request asks for, as a job."""
        return cls(
            opened.voice,
            opened.language,
            opened.speed,
            opened.pitch,
            AudioFormat(opened.output.encoding, opened.output.sample_rate, opened.output.bit_rate),
            opened.text_format,
            opened.latency if isinstance(opened.latency, str) else DEFAULT_LATENCY,
            opened.pronunciations,
            delivery,
            dict(extra or {}),
            urgent,
        )

    @property
    def file(self) -> str:
        """The name of its audio."""
        return f"audio.{SUFFIXES[self.output.encoding]}"

    def open_context(self) -> OpenContext:
        """Words are asked for, since they tell how far it has got."""
        return OpenContext(
            CONTEXT,
            self.voice,
            self.language,
            self.speed,
            self.pitch,
            self.output,
            self.text_format,
            words=True,
            max_lead=0,
            latency=replace(LATENCIES[self.latency], most_work=MOST_WORK, unhurried=not self.urgent)
            if self.latency in LATENCIES
            else self.latency,
            pronunciations=self.pronunciations,
        )


REQUEST = msgspec.json.Decoder(JobRequest)


def encode_request(request: JobRequest) -> str:
    return msgspec.json.encode(request, order="sorted").decode()


def decode_request(request: str) -> JobRequest:
    return REQUEST.decode(request)


def digest_of(request: JobRequest, text: str) -> str:
    """Equal for equal requests alone."""
    return hashlib.sha256(msgspec.json.encode([encode_request(request), text])).hexdigest()


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's name for its request, so that sending it again changes nothing.

    digest: of all that makes the request what it is; empty: of the JobRequest and the text.
    """

    key: str
    digest: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= MAX_KEY or not self.key.isprintable():
            raise InvalidSetting(f"an idempotency key has 1 to {MAX_KEY} characters that can be printed")


@dataclass(frozen=True, slots=True)
class StoredAudio:
    """path: in the store."""

    path: str
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What can be listened to while a job is spoken: the first parts of an attempt's audio, and what is in them."""

    parts: int = 0
    characters: int = 0
    seconds: float = 0.0


UNHEARD = Heard()
OUR_FAILURES = frozenset(
    {
        "worker_unavailable",
        "speech_interrupted",
        "overloaded",
        "storage_failed",
        "attempts_exhausted",
        "internal_error",
    }
)


@dataclass(frozen=True, slots=True)
class JobError:
    """code: stable; a SpeechError's reason, or one of the runner's own (docs/jobs.md)."""

    code: str
    message: str

    @property
    def ours(self) -> bool:
        """No fault of the text's: it may be spoken another time."""
        return self.code in OUR_FAILURES


@dataclass(frozen=True, slots=True)
class Job:
    """spoken: of its characters; attempts: how often a process has taken it; lease: names the taking that goes on.

    heard: parts of the attempt that goes on, and the most that could be heard of any.
    """

    id: str
    owner: str
    state: State
    request: JobRequest
    characters: int
    spoken: int
    attempts: int
    lease: str | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    audio: StoredAudio | None
    error: JobError | None
    heard: Heard = UNHEARD

    @property
    def folder(self) -> str:
        """Where all that it leaves in the store lies."""
        return f"jobs/{self.id}"

    def failure(self) -> JobFailed:
        """For whoever waits for its audio."""
        if self.error is None:
            return JobFailed("the job was cancelled")
        return JobFailed(f"{self.error.code}: {self.error.message}")
