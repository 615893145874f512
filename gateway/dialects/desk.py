"""Jobs as the hosted APIs' clients ask for them: what a vendor's surface says of each, by path.

A request becomes OpenContext and a text, as with one-shot speech; what the client hears of the job is told from a view.
Times are seconds since 1970.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.core.events import OpenContext
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Refusal, Request
from gateway.errors import SpeechError


@dataclass(frozen=True, slots=True)
class View:
    """A job. state: queued, processing, completed, failed, cancelled. link: where its audio can be fetched without a
    key until link_until; empty as long as there is none. stream: where it can be listened to once, while it is made.
    characters: what was charged for; credits: what they cost, by the operator's prices.
    """

    id: str
    state: str
    opened: OpenContext
    characters: int
    spoken: int
    created_at: float
    finished_at: float | None = None
    seconds: float | None = None
    size: int | None = None
    link: str = ""
    link_until: float = 0.0
    stream: str = ""
    error: str = ""
    message: str = ""
    credits: float = 0.0

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "processing")


@dataclass(frozen=True, slots=True)
class Month:
    """What the client's key has used of its plan, and its bounds; 0 for none."""

    characters: int = 0
    most_characters: int = 0
    minutes: float = 0.0
    most_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The reply; body: for JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept with a job for those who tell of it; nothing of it is heard.

    characters: what was charged for, None: all of its text. origin: the server's own address as the client wrote it.
    webhook_url: of this job alone. metadata: the client's, for its webhook. batch: which it belongs to.
    """

    characters: int | None = None
    credits: float = 0.0
    origin: str = ""
    webhook_url: str = ""
    metadata: dict[str, Any] | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job. wait: seconds for which the reply may wait for its end; stream: it is listened to while it is made.

    characters: what is charged for, None: the whole text. webhook_url, metadata: see Note.
    """

    opened: OpenContext
    text: str
    wait: float = 0.0
    stream: bool = False
    characters: int | None = None
    webhook_url: str = ""
    metadata: dict[str, Any] | None = None

    @property
    def charged(self) -> int:
        return len(self.text) if self.characters is None else self.characters


Tell = Callable[[View, Request, Month], Told]


@dataclass(frozen=True, slots=True)
class Submit:
    """A POST. parse: of the body; raises SpeechError."""

    parse: Callable[[Request, str], Wanted]
    tell: Tell
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Look:
    """A GET. id_of: which job is meant; keyless: knowing its id is enough, as the vendor has it."""

    id_of: Callable[[Request], str]
    tell: Tell
    keyless: bool = False
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the owner's jobs are wanted. states: one of these, any if there are none; after: of the page before."""

    states: tuple[str, ...] = ()
    limit: int = 20
    after: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A GET of many jobs, newest first. choose: raises SpeechError; tell: of them, and what the next page comes after,
    empty: there is none.
    """

    choose: Callable[[Request], Chosen]
    tell: Callable[[Sequence[View], str, Request], Told]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Reading:
    """A GET of a job's text."""

    id_of: Callable[[Request], str]
    tell: Callable[[View, str], Told]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A POST that asks what a job would cost. tell: of the job and its credits."""

    parse: Callable[[Request, str], Wanted]
    tell: Callable[[Wanted, float], Told]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Hook:
    """The owner's webhook. secret: in hexadecimal, only when it is new."""

    url: str
    created_at: float
    secret: str = ""


@dataclass(frozen=True, slots=True)
class HookWish:
    url: str
    rotate: bool = False


@dataclass(frozen=True, slots=True)
class HookDesk:
    """PUT, GET and DELETE of the owner's webhook, and POST to path/test. tell: None: there is none now."""

    parse: Callable[[str], HookWish]
    tell: Callable[[Hook | None], Told]
    tell_test: Callable[[str], Told]
    body: Any = None
    replies: Any = None
    tested: Any = None


@dataclass(frozen=True, slots=True)
class BatchWanted:
    """Texts that are spoken side by side; one webhook when all have ended."""

    items: tuple[Wanted, ...]
    webhook_url: str = ""


@dataclass(frozen=True, slots=True)
class BatchView:
    """jobs: those that are still kept, in their order; left: those that have not ended, completed: those with audio."""

    id: str
    total: int
    left: int
    completed: int = 0
    jobs: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchDesk:
    """A POST of many texts, and the GET that asks for them, without a key, as the vendor has it."""

    parse: Callable[[Request, str], BatchWanted]
    tell: Callable[[BatchView], Told]
    id_of: Callable[[Request], str]
    look: str
    submitting: Shape = field(default_factory=Shape)
    looking: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Preview:
    """A GET of how a voice sounds. tell: of the voice, its URL, empty as long as it is being made, and until when that
    is good; None: the path leads to the audio itself, without a key.
    """

    voice_of: Callable[[Request], str]
    tell: Callable[[str, str, float], Told] | None = None
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the server is. ready: a worker can speak; latency: seconds that asking the database took; waiting: jobs."""

    ready: bool
    latency: float
    waiting: int
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """A GET without a key."""

    tell: Callable[[Vitals], Told]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a webhook of its own tells of a job that has ended, or of a batch: then total and completed count its jobs.

    error: why there is no audio; empty: there is.
    """

    id: str
    credits: float
    origin: str
    created_at: float
    ended_at: float
    error: str = ""
    total: int = 0
    completed: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """name: in metrics, and on the jobs. refuse: every error, with the request's id. audio: paths that lead to where
    the audio is, streams: to the audio while it is made, results: to the audio, without a key. news: the event and the
    body for the webhook that a job or a batch was given for itself; None: it is told like the owner's own.
    audio_endpoint: of the audio paths, the one that the owner's webhook is told. title: the vendor's name, for people;
    error: the type of what refuse writes.
    """

    name: str
    refuse: Callable[[SpeechError, str], Refusal]
    submits: Mapping[str, Submit]
    looks: Mapping[str, Look]
    audio: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    streams: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    hooks: Mapping[str, HookDesk] = field(default_factory=dict)
    batches: Mapping[str, BatchDesk] = field(default_factory=dict)
    results: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    previews: Mapping[str, Preview] = field(default_factory=dict)
    health: Mapping[str, Health] = field(default_factory=dict)
    news: Callable[[Outcome], tuple[str, Any]] | None = None
    audio_endpoint: str = "/v1/jobs/{job_id}/audio"
    title: str = ""
    error: Any = None
    absent: tuple[Absent, ...] = ()
