"""What a client says and hears on a socket, in words that both of the vendor's protocols have."""

from typing import Any, Protocol

import msgspec
from msgspec import UnsetType

from gateway.dialects.elevenlabs.spoken import Spoken


class Said(msgspec.Struct, frozen=True, gc=False):
    """A message. name: of its context, empty: it names none; ends: there is no more text, on a socket with one context.

    opens: whether it opens a context if that is not open; voice: of that, empty: the URL's.
    """

    name: str = ""
    text: str = ""
    opens: bool = False
    flush: bool = False
    closes: bool = False
    ends: bool = False
    closes_socket: bool = False
    voice: str = ""
    speed: float = 1.0
    schedule: tuple[int, ...] = ()


class Spelling(Protocol):
    @property
    def names(self) -> tuple[str, ...]:
        """The keys of a context's name."""

    @property
    def timed(self) -> bool:
        """Whether it tells when something is heard."""

    def read(self, frame: str | bytes) -> Said:
        """Raises InvalidMessage, BinaryNotAccepted."""

    def speech(self, name: str | UnsetType, audio: bytes | None, spoken: Spoken | None) -> msgspec.Struct:
        """The message, whole: there are many of them."""

    def flushed(self) -> dict[str, Any] | None:
        """After the last audio of a flush."""

    def final(self) -> dict[str, Any]: ...
