"""A connection to the gateway, whatever carries it."""

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast
from urllib.parse import urlsplit

from voxgate.commands import Command
from voxgate.events import Limits, Message


class Link(Protocol):
    limits: Limits

    async def send(self, command: Command) -> None:
        """Says nothing when the connection is gone: `receive` does, once."""

    async def receive(self) -> Message:
        """The next message. Raises SpeechError when there will be none."""

    async def close(self) -> None: ...


OpenLink = Callable[[str, str | None, float], Awaitable[Link]]

# Loaded when chosen, so that users of WebSockets do not pay for gRPC, nor the others for websockets.
_TRANSPORTS: Mapping[str, str] = MappingProxyType(
    {
        "ws": "voxgate.websocket_link",
        "wss": "voxgate.websocket_link",
        "http": "voxgate.websocket_link",
        "https": "voxgate.websocket_link",
        "grpc": "voxgate.grpc_link",
        "grpcs": "voxgate.grpc_link",
    }
)


def transport(url: str) -> OpenLink:
    """What opens a link to this address: open(url, api_key, timeout). Raises ValueError for an unknown scheme."""
    scheme = urlsplit(url).scheme
    if scheme not in _TRANSPORTS:
        raise ValueError(f"{url!r} should start with one of: {', '.join(name + '://' for name in _TRANSPORTS)}")
    return cast("OpenLink", import_module(_TRANSPORTS[scheme]).open_link)
