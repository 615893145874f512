"""What a client needs of a connection, and what a connection tells its client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

# The messages of docs/protocol.md: a type and its fields.
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server is. audio: how a WebSocket brings it, binary or base64."""

    url: str = ""
    grpc: str = ""
    encoding: str = "ogg_opus"
    audio: str = "binary"
    api_key: str = ""


class LostError(Exception):
    """The connection could not be made, or is gone."""


class Wire(Protocol):
    def send(self, kind: str, fields: Fields) -> None:
        """Never waits: a client's few words always fit into the socket's buffer."""

    def abort(self) -> None:
        """Drops the connection; nothing more is heard of it."""

    async def closed(self) -> None:
        """After `lost` or `abort`: waits until nothing is left of the connection."""


class Inbox(Protocol):
    """Told everything in the order in which it came, and nothing after `lost`."""

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:
        """context: its id, or its number where the message has no room for an id; flush_id 0: not said."""

    def message(self, kind: str, fields: Fields) -> None: ...

    def broken(self, story: str) -> None:
        """The server does not keep to the transport's rules."""

    def lost(self, story: str) -> None:
        """The connection has ended; the story is empty when it ended well."""
