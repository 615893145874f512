"""What a route takes and gives. It stands on the table entry that serves the route; the description of the API
(`/openapi.json`) is made of these, so it cannot tell of what is not served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from gateway.core.formats import ENCODINGS


@dataclass(frozen=True, slots=True)
class Media:
    """A body that is no JSON, by the types that it may have."""

    types: tuple[str, ...]


AUDIO = Media(tuple(dict.fromkeys(encoding.content_type for encoding in ENCODINGS.values() if not encoding.in_packets)))
EVENTS = Media(("text/event-stream",))
AUDIO_OR_EVENTS = Media((*AUDIO.types, *EVENTS.types))
NOTHING = Media(())


@dataclass(frozen=True, slots=True)
class Shape:
    """summary: half a sentence. body: the type that the JSON body is decoded into; None: there is none.

    query: a Struct whose fields are the query's parameters; a field without a default is one that must be there.
    replies: what succeeds, by status: the type of a JSON body, or Media. optional: the body may be empty.
    headers: that the request may have, beside those of every request.
    """

    summary: str = ""
    body: Any = None
    query: type[msgspec.Struct] | None = None
    replies: Mapping[int, Any] = field(default_factory=lambda: MappingProxyType({200: Any}))
    example: Mapping[str, Any] | None = None
    optional: bool = False
    headers: tuple[str, ...] = ()
