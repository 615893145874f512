"""Where segments are spoken, as whoever wants them spoken asks for it."""

from collections.abc import Callable
from typing import Protocol

from gateway.core.events import Synthesize, WorkerMessage
from gateway.core.voices import VoiceCatalog


class Speaking(Protocol):
    """A segment that is being spoken; gateway/workers/segment_call.py."""

    def abandon(self) -> None:
        """It says nothing more."""

    def resume(self) -> None:
        """There is room again."""


class Synthesizer(Protocol):
    """Where segments are spoken; gateway/workers/synth_client.py."""

    @property
    def catalog(self) -> VoiceCatalog: ...

    @property
    def ready(self) -> bool: ...

    def speak(self, request: Synthesize, listener: Callable[[WorkerMessage], bool]) -> Speaking:
        """The listener hears every message, later than this call returns, and answers whether it has room for more."""
