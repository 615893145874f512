"""What the clients of one vendor ask for, by path: sockets, one-shot requests, lists, tokens.

A vendor is a file or a folder that exports one Surface, and a line in paths.py. A path may have parameters:
`/v1/text-to-speech/{voice}/stream-input`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.core.events import OpenContext
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close, Dialect
from gateway.dialects.reply import RawAudio, Reply
from gateway.dialects.shape import Shape
from gateway.errors import SpeechError

WebSocketDialect = Dialect[str | bytes, str | bytes]


@dataclass(frozen=True, slots=True)
class Settings:
    """The operator's, as far as dialects have any. Seconds."""

    voiceai_grace: float = 60.0
    prices: Mapping[str, float] = field(default_factory=dict)  # credits for 1,000 characters, by engine


@dataclass(frozen=True, slots=True)
class Request:
    """How a client came in. path: what stands for the parameters of its path; headers: their names in lower case.

    id: by which clients report trouble. origin: the server's address as the client wrote it, `http://host:port`.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    catalog: VoiceCatalog
    settings: Settings
    id: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as the HTTP reply that says it; body: a Struct, for JSON.

    id_field, id_header: where the vendor's clients look for the request's id, in the body and beside `x-request-id`.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    id_field: str = ""
    id_header: str = ""


@dataclass(frozen=True, slots=True)
class LateKey:
    """A key that comes with the first frame of a client, which had none to show at the upgrade.

    of: the key that the frame carries; empty: none. tell: an error before the dialect is open, in the dialect's words,
    with its Close.
    """

    of: Callable[[str | bytes], str]
    tell: Callable[[SpeechError], Sequence[str | bytes | Close]]


@dataclass(frozen=True, slots=True)
class Socket:
    """A WebSocket protocol.

    open: a connection's dialect; what it raises is refused before the upgrade, or told by late_key, where the key may
    come later. inside: errors that its clients expect to be told in the socket, and not as a refused upgrade.
    """

    open: Callable[[Request], WebSocketDialect]
    late_key: LateKey | None = None
    inside: tuple[type[SpeechError], ...] = ()
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Asked:
    """One text: how it is spoken, and how the reply's body is written. headers: of the reply."""

    opened: OpenContext
    text: str
    reply: Reply = field(default_factory=RawAudio)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OneShot:
    """A POST with one text, whole. parse: what it asks for, of its body; raises SpeechError. name: in metrics."""

    name: str
    parse: Callable[[Request, str], Asked]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Listing:
    """A GET with a JSON body. claims: whether the request is this vendor's, where several have the path. keyless: the
    vendor tells everybody.
    """

    write: Callable[[Request], Any]
    claims: Callable[[Request], bool] = lambda _request: True
    shape: Shape = field(default_factory=Shape)
    keyless: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A short-lived token that a client asks for. reusable: until it is too old, else once."""

    lifetime: float
    reusable: bool = False


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """A POST that is answered with a token. parse: raises SpeechError; write: the reply's body for JSON."""

    parse: Callable[[Request, str], Grant]
    write: Callable[[Grant, str], Any]
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Absent:
    """What the vendor has at a path, and this server has not."""

    method: str
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Surface:
    """refuse: how every error before the first byte is told. name: the vendor's, for people; error: the type of what
    refuse writes.
    """

    refuse: Callable[[SpeechError], Refusal]
    sockets: Mapping[str, Socket] = field(default_factory=dict)
    posts: Mapping[str, OneShot] = field(default_factory=dict)
    gets: Mapping[str, Listing] = field(default_factory=dict)
    tokens: Mapping[str, TokenDesk] = field(default_factory=dict)
    name: str = ""
    error: Any = None
    absent: tuple[Absent, ...] = ()
