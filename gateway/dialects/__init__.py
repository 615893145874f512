"""Protocols, one file each: what a client's frames mean, and how what we say is written in its words.

A dialect is pure and belongs to one connection. It may remember what it said, never wait, and opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from gateway.core.events import AudioFrame, Command, Event, Limits
from gateway.errors import BinaryNotAccepted, InvalidMessage

Incoming = TypeVar("Incoming", contravariant=True)
Outgoing = TypeVar("Outgoing", covariant=True)
Decoded = TypeVar("Decoded")


@dataclass(frozen=True, slots=True)
class Close:
    """The last thing that a dialect writes: the connection ends."""

    code: int
    reason: str = ""


class Dialect(Protocol[Incoming, Outgoing]):
    name: str  # in metrics

    def limits(self, limits: Limits) -> Limits:
        """The server's limits, narrowed to what this protocol promises."""

    def decode(self, frame: Incoming) -> Sequence[Command]:
        """What the client said. Raises SpeechError when it cannot be understood: the session ends."""

    def expire(self, context_id: str) -> None:
        """The context has ended by itself, and its last words wait to be encoded: what the client says from now on
        finds it closed.
        """

    def encode(self, event: Event | AudioFrame) -> Sequence[Outgoing | Close]:
        """What the client hears of an event. Audio comes as AudioFrame."""


def decode_json(decoder: msgspec.json.Decoder[Decoded], frame: str | bytes) -> Decoded:
    """A text frame as the decoder's type. Raises InvalidMessage with the place that is wrong."""
    if not isinstance(frame, str):
        raise BinaryNotAccepted("messages are JSON in text frames")
    try:
        return decoder.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidMessage(f"not a message of this protocol: {str(error)[:200]}") from error


def encode_json(message: object) -> str:
    """As a text frame."""
    return msgspec.json.encode(message).decode()
