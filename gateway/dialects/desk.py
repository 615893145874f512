"""Jobs as the hosted APIs' clients ask for them: what a vendor's surface says of each, by path.

A request becomes OpenContext and a text, as with one-shot speech; what the client hears of the job is told from a view.
Times are seconds since 1970.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.core.events import OpenContext
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Refusal, Request
from gateway.errors import SpeechError


@dataclass(frozen=True, slots=True)
class View:
    """A job. state: queued, processing, completed, failed, cancelled. link: where its audio can be fetched without a
    key until link_until; empty as long as there is none. stream: where it can be listened to once, while it is made.
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job. wait: seconds for which the reply may wait for its end; stream: it is listened to while it is made."""

    opened: OpenContext
    text: str
    wait: float = 0.0
    stream: bool = False


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
class Desk:
    """name: in metrics, and on the jobs. refuse: every error, with the request's id. audio: paths that lead to where
    the audio is, streams: to the audio while it is made. title: the vendor's name, for people; error: the type of what
    refuse writes.
    """

    name: str
    refuse: Callable[[SpeechError, str], Refusal]
    submits: Mapping[str, Submit]
    looks: Mapping[str, Look]
    audio: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    streams: Mapping[str, Callable[[Request], str]] = field(default_factory=dict)
    title: str = ""
    error: Any = None
