"""What a listener of /v2/speak has heard: the turns, how much audio they had, and where an Interrupt cut them."""

from collections import deque
from collections.abc import Sequence

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.dialects.deepgram.turns import Interruption, Turn

WIDTHS = {"pcm_s16le": 2}  # bytes of a sample, where it is not one

Said = dict[str, object]


class Ledger:
    """turns: not yet ended, the one that is heard first. base: where the audio since the last Interrupt, or of the
    context, begins. Milliseconds of the session's audio, without what an Interrupt took back.
    """

    def __init__(self, output: AudioFormat) -> None:
        self.turns: deque[Turn] = deque()
        self.base = 0.0
        self._output = output
        self._last: Turn | None = None  # that has ended by itself
        self._interruption: Interruption | None = None  # to be answered; until then nothing else is said
        self._played = 0.0
        self._characters = self._billable = 0

    @property
    def interrupted(self) -> bool:
        return self._interruption is not None

    @property
    def growing(self) -> Turn | None:
        """The turn to which text may be added."""
        return self.turns[-1] if self.turns and not self.turns[-1].flushed else None

    def rebase(self) -> None:
        self.base = self._played

    def count(self, audio: bytes) -> None:
        milliseconds = len(audio) / WIDTHS.get(self._output.encoding, 1) / self._output.sample_rate * 1000
        self._played += milliseconds
        if self.turns:
            self.turns[0].audio += milliseconds

    def audible(self, offset: int | None) -> Sequence[Turn]:
        """What an Interrupt would stop, of a client that has heard so much."""
        if not self.turns and self._last is not None and offset is not None and offset < self._played:
            return [self._last]  # made, and not yet heard
        return list(self.turns)

    def interrupt(self, turns: Sequence[Turn], offset: int | None) -> None:
        self._interruption = Interruption(turns, offset)
        self.turns.clear()

    def end_flushed(self) -> Sequence[Said]:
        return self._end_turn() if self.turns and self.turns[0].flushed and not self.interrupted else []

    def end_interruption(self, cleared: events.Cleared | None) -> Sequence[Said]:
        interruption, self._interruption = self._interruption, None
        if interruption is None:
            return []
        if interruption.offset is not None:
            self._played = min(float(interruption.offset), self._played)
        self.rebase()
        for turn in interruption.turns:
            if turn is not self._last:  # which is counted
                self._add(turn)
        self._last = None
        return [interruption.told(self._played, cleared), *self._begins()]

    def close(self, context_id: str) -> None:
        """To more text, all turns of the context."""
        for turn in self._of(context_id):
            turn.flushed = True

    def forget(self, context_id: str) -> None:
        """Turns that have failed."""
        for turn in self._of(context_id):
            self.turns.remove(turn)

    def end_all(self, context_id: str) -> Sequence[Said]:
        said = [*self.end_interruption(None)]
        for _ in self._of(context_id):
            said += self._end_turn()
        return said

    def metadata(self) -> Said:
        return {
            "type": "SessionMetadata",
            "total_audio_duration_ms": round(self._played),
            "total_input_character_count": self._characters,
            "total_billable_character_count": self._billable,
        }

    def _of(self, context_id: str) -> Sequence[Turn]:
        return [turn for turn in self.turns if turn.context_id == context_id]

    def _end_turn(self) -> Sequence[Said]:
        turn = self._last = self.turns.popleft()
        self._add(turn)
        silent = warning("NO_SYNTHESIZABLE_TEXT", "nothing of the turn's text can be heard")
        return [*([] if turn.audio else [silent]), turn.ended, *self._begins()]

    def _begins(self) -> Sequence[Said]:
        return [self.turns[0].started] if self.turns else []

    def _add(self, turn: Turn) -> None:
        self._characters += turn.characters
        self._billable += turn.billable


def warning(code: str, description: str) -> Said:
    return {"type": "Warning", "code": code, "description": description, "warn_msg": description}
