"""What a desk has at a path: how a request is read, and how the answer is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.desk.views import BatchView, Hook, Month, Told, View, Vitals
from gateway.dialects.desk.wanted import BatchWanted, Chosen, HookWish, Wanted
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Request

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
class HookDesk:
    """PUT, GET and DELETE of the owner's webhook, and POST to path/test. tell: None: there is none now."""

    parse: Callable[[str], HookWish]
    tell: Callable[[Hook | None], Told]
    tell_test: Callable[[str], Told]
    body: Any = None
    replies: Any = None
    tested: Any = None


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
class Health:
    """A GET without a key."""

    tell: Callable[[Vitals], Told]
    shape: Shape = field(default_factory=Shape)
