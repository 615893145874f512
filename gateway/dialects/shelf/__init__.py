"""The library as clients ask for it: what a request means, and how its answer is written, by path.

Ours and a vendor's differ in their paths, in how they wrap a reply and how they tell an error; what stands between is
the same and lies here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.core.shelf.orders import Order
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Refusal
from gateway.errors import SpeechError


@dataclass(frozen=True, slots=True)
class Asking:
    """path: what stands for the parameters of its path; query, body: as the shape has them, decoded.

    origin: https://host:port, as the client came; key: an idempotency key, or empty; audio: the path of a job's audio,
    with {} for its id.
    """

    path: Mapping[str, str]
    query: Any = None
    body: Any = None
    origin: str = ""
    key: str = ""
    audio: str = "/v1/jobs/{}/audio"


@dataclass(frozen=True, slots=True)
class Said:
    """The reply. body: for JSON, or bytes with their content_type."""

    body: Any
    status: int = 200
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """parse: may raise SpeechError; tell: what the client hears of the fact that came of it."""

    parse: Callable[[Asking], Order]
    tell: Callable[[Any, Asking], Said]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Place:
    """scope: what a key must be for (accounts/plans.py)."""

    method: str
    path: str
    scope: str
    action: Action


@dataclass(frozen=True, slots=True)
class Shelf:
    """title: the vendor's name, for people. refuse: every error, with the request's id; error: the type of what it
    writes. audio: the path of a job's audio, with {} for its id.
    """

    title: str
    refuse: Callable[[SpeechError, str], Refusal]
    error: Any
    places: tuple[Place, ...]
    audio: str = "/v1/jobs/{}/audio"
