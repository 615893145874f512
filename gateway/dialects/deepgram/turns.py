"""Turns of /v2/speak: what was said of each, and the answers that tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from gateway.core import events

# No text of ours has a control of the vendor's in it.
NO_CONTROLS = {"pronunciations_applied": 0, "breaks_applied": 0, "pronunciation_warnings": 0}


@dataclass(slots=True)
class Turn:
    """context_id: where it is spoken. characters: of its text; billable: those that are not control characters. audio:
    milliseconds that have left.
    """

    speech_id: str
    context_id: str
    characters: int = 0
    billable: int = 0
    flushed: bool = False
    audio: float = 0.0

    def add(self, text: str) -> None:
        self.characters += len(text)
        self.billable += sum(category(character) != "Cc" for character in text)

    @property
    def started(self) -> dict[str, object]:
        return {"type": "SpeechStarted", "speech_id": self.speech_id}

    @property
    def flush_noted(self) -> dict[str, object]:
        return {"type": "Flushed", "speech_id": self.speech_id}

    @property
    def metadata(self) -> dict[str, object]:
        return {
            "speech_id": self.speech_id,
            "audio_duration_ms": round(self.audio),
            "input_character_count": self.characters,
            "billable_character_count": self.billable,
            "controls_applied": NO_CONTROLS,
        }

    @property
    def ended(self) -> dict[str, object]:
        return {"type": "SpeechMetadata", **self.metadata}


@dataclass(frozen=True, slots=True)
class Interruption:
    """turns: the one that was interrupted, and those that wait behind it. offset: milliseconds of the session's audio
    that the listener has heard, if the client knows.
    """

    turns: Sequence[Turn]
    offset: int | None

    def told(self, played: float, cleared: events.Cleared | None) -> dict[str, object]:
        """played: milliseconds; cleared: None where the turn had ended by itself."""
        said = {"type": "SpeechInterrupted", "audio_played_ms": round(played), "metadata": self.turns[0].metadata}
        if self.offset is None or cleared is None:
            return said
        # The core tells of all since it was last cleared: of earlier turns, too, which were heard.
        before = len(cleared.heard) + len(cleared.unheard) - sum(turn.characters for turn in self.turns)
        return {**said, "text_spoken": cleared.heard[max(before, 0) :], "text_remaining": cleared.unheard}
