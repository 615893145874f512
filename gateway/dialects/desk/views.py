"""What is known of jobs, batches, months and webhooks, for the desks to tell. Times are seconds since 1970."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.core.events import OpenContext


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
class BatchView:
    """jobs: those that are still kept, in their order; left: those that have not ended, completed: those with audio."""

    id: str
    total: int
    left: int
    completed: int = 0
    jobs: tuple[View, ...] = ()


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
class Hook:
    """The owner's webhook. secret: in hexadecimal, only when it is new."""

    url: str
    created_at: float
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the server is. ready: a worker can speak; latency: seconds that asking the database took; waiting: jobs."""

    ready: bool
    latency: float
    waiting: int
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The reply; body: for JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
