"""What a client can find wrong with what it hears. Values; the first few of each kind are kept with their story."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLES = 5


class Fault(StrEnum):
    WRONG_AUDIO = "wrong audio"  # another stream's, or another turn's
    DISPLACED_AUDIO = "audio in the wrong place"  # its own, but something before it is missing or came twice
    MISSING_AUDIO = "missing audio"
    SURPLUS_AUDIO = "surplus audio"  # more than the text that was sent
    AUDIO_AFTER_CLEARED = "audio after cleared"
    ODD_BYTES = "half a sample"
    SEQUENCE_HOLE = "hole in sequence"
    WRONG_FLUSH_ID = "wrong flush id"
    MISSING_FLUSH_DONE = "missing flush_done"
    UNEXPECTED_FLUSH_DONE = "unexpected flush_done"
    UNEXPECTED_CLEARED = "unexpected cleared"
    HEARD_TEXT = "heard + unheard is not the text"
    AFTER_CONTEXT_DONE = "message after context_done"
    UNKNOWN_CONTEXT = "message for an unknown context"
    BAD_STREAM = "unreadable audio stream"
    FAILED = "failed"
    PROTOCOL = "protocol error"
    CONNECTION = "connection lost"
    TIMEOUT = "timeout"


@dataclass(slots=True)
class Faults:
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, fault: Fault, story: str) -> None:
        self.counts[fault.value] += 1
        examples = self.examples.setdefault(fault.value, [])
        if len(examples) < EXAMPLES:
            examples.append(story)

    def add(self, other: "Faults") -> None:
        self.counts += other.counts
        for kind, stories in other.examples.items():
            mine = self.examples.setdefault(kind, [])
            mine += stories[: EXAMPLES - len(mine)]

    def __bool__(self) -> bool:
        return bool(self.counts)
