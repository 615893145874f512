"""What clients of the hosted APIs want of their desks, and what is kept of it with a job."""

from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.core.events import OpenContext


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job. wait: seconds for which the reply may wait for its end; stream: it is listened to while it is made.

    characters: what is charged for, None: the whole text. webhook_url, metadata: see Note.
    """

    opened: OpenContext
    text: str
    wait: float = 0.0
    stream: bool = False
    characters: int | None = None
    webhook_url: str = ""
    metadata: dict[str, Any] | None = None

    @property
    def charged(self) -> int:
        return len(self.text) if self.characters is None else self.characters


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept with a job for those who tell of it; nothing of it is heard.

    characters: what was charged for, None: all of its text. origin: the server's own address as the client wrote it.
    webhook_url: of this job alone. metadata: the client's, for its webhook. batch: which it belongs to.
    """

    characters: int | None = None
    credits: float = 0.0
    origin: str = ""
    webhook_url: str = ""
    metadata: dict[str, Any] | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BatchWanted:
    """Texts that are spoken side by side; one webhook when all have ended."""

    items: tuple[Wanted, ...]
    webhook_url: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the owner's jobs are wanted. states: one of these, any if there are none; after: of the page before."""

    states: tuple[str, ...] = ()
    limit: int = 20
    after: str = ""


@dataclass(frozen=True, slots=True)
class HookWish:
    url: str
    rotate: bool = False
