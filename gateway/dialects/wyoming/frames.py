"""Wyoming's events on the wire: a line of JSON, then as much data and payload as it says.

    {"type": "audio-chunk", "data_length": 47, "payload_length": 2048}
    {"rate": 22050, "width": 2, "channels": 1}
    ... 2048 bytes ...

Data may stand in the line itself (`data`), behind it, or both. Facts: the protocol's README and its Python package.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import msgspec

from gateway.errors import InvalidMessage

Decoded = TypeVar("Decoded")
Length = Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class WyomingEvent:
    type: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


class Header(msgspec.Struct, frozen=True):
    """The line. Lengths in bytes; clients write null for none, too."""

    type: str
    data: dict[str, Any] | None = None
    data_length: Length | None = None
    payload_length: Length | None = None


HEADER = msgspec.json.Decoder(Header)
DATA = msgspec.json.Decoder(dict[str, Any])


def read_header(line: bytes) -> Header:
    return _decode(HEADER, line)


def read_event(header: Header, data: bytes) -> WyomingEvent:
    """data: what stood behind the line. Payloads mean nothing to a voice, and are not kept."""
    behind = _decode(DATA, data) if data else {}
    return WyomingEvent(header.type, {**(header.data or {}), **behind})


def write(event: WyomingEvent) -> bytes:
    header: dict[str, Any] = {"type": event.type}
    data = msgspec.json.encode(event.data) if event.data else b""
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return msgspec.json.encode(header) + b"\n" + data + event.payload


def _decode(decoder: msgspec.json.Decoder[Decoded], said: bytes) -> Decoded:
    try:
        return decoder.decode(said)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidMessage(f"not an event of this protocol: {str(error)[:200]}") from error
