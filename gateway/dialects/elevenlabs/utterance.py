"""One context of a socket, from its first message to its last: the core knows it by a number, its client by a name.

The name may be used again while an utterance is still being spoken; then the next one's messages wait for its end.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.dialects import Close
from gateway.dialects.elevenlabs.alignment import Alignment
from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.errors import SpeechError, TooManyContexts

MOST_IN_LINE = 256  # utterances of one name, with what they may not say yet; clients have two or three

Frames = Sequence[str | Close]


@dataclass(slots=True)
class Utterance:
    """marks: how much of the text each flush ends. closing: its client has said all; aborted: it wants no more.

    expired: nothing that its client says is for it; done: nor has it more to say.
    """

    number: str
    name: str
    alignment: Alignment
    marks: deque[int] = field(default_factory=deque)
    closing: bool = False
    aborted: bool = False
    error: SpeechError | None = None
    expired: bool = False
    done: bool = False
    waiting: list[str | Close] = field(default_factory=list)

    def rest(self, received: int) -> Spoken | None:
        """What of the text up to there has not been told."""
        return None if self.aborted or self.error else self.alignment.finish(received)


class Utterances:
    def __init__(self) -> None:
        self._count = 0
        self._by_number: dict[str, Utterance] = {}
        self._by_name: dict[str, deque[Utterance]] = {}

    def begin(self, name: str, alignment: Alignment) -> Utterance:
        """Raises TooManyContexts."""
        if len(self._by_name.get(name, ())) >= MOST_IN_LINE:
            raise TooManyContexts(f"{MOST_IN_LINE} contexts of that name wait for each other already")
        self._count += 1
        utterance = Utterance(str(self._count), name, alignment)
        self._by_number[utterance.number] = utterance
        self._by_name.setdefault(name, deque()).append(utterance)
        return utterance

    def find(self, name: str) -> Utterance | None:
        """The latest of that name, if there is one that has not ended."""
        line = self._by_name.get(name)
        return line[-1] if line and not line[-1].expired else None

    def numbered(self, number: str) -> Utterance:
        return self._by_number[number]

    def end(self, utterance: Utterance) -> None:
        utterance.done = True
        del self._by_number[utterance.number]

    def tell(self, utterance: Utterance, frames: Frames) -> Frames:
        """What may be said now, once these frames are ready."""
        line, said = self._by_name[utterance.name], []
        if line[0] is utterance and not utterance.done:
            return frames
        utterance.waiting += frames
        while line:
            said += line[0].waiting
            line[0].waiting = []
            if not line[0].done:
                return said
            line.popleft()
        del self._by_name[utterance.name]
        return said
