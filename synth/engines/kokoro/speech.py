"""One utterance being spoken: the lines of its text, what the network made of them, and what is handed on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth.engines import Chunk, Emit, Interest, Prepared, Word
from synth.engines.kokoro.joins import FRAME, SAMPLE_RATE, Samples, begin, shape
from synth.engines.kokoro.lines import Line
from synth.engines.kokoro.model.row import Row, Spoken
from synth.engines.kokoro.times import word_times

CHUNK = SAMPLE_RATE  # samples: a second


@dataclass(frozen=True, slots=True)
class Plan:
    """One row for each line. early: the first one may be approximate, and is wanted before all of it is made."""

    lines: Sequence[Line]
    rows: Sequence[Row]
    early: bool = False


class Speech:
    """Line by line, until it is over or nobody wants it any more."""

    def __init__(self, index: int, prepared: Prepared, emit: Emit) -> None:
        assert isinstance(prepared.plan, Plan)
        self._index = index
        self._utterance = prepared.utterance
        self._plan = prepared.plan
        self._emit = emit
        self._next = 0
        self._made = 0  # samples, of the lines before this one
        self._told = 0  # samples
        self._begun: int | None = None  # samples left out of this line, if some of it has been told
        self._wanted = True
        self.spoiled = False

    @property
    def goes_on(self) -> bool:
        return self._wanted and self._next < len(self._plan.rows)

    @property
    def row(self) -> Row:
        return self._plan.rows[self._next]

    @property
    def early(self) -> bool:
        return self._plan.early and not self._next

    def breathe(self, aside: float) -> Interest:
        """Lets others speak. aside: as Chunk has it."""
        interest = self._emit(Chunk(self._index, breath=True, aside=aside)) if self._wanted else Interest.NONE
        self._wanted = bool(interest)
        return Interest(interest)

    def begin(self, spoken: Spoken) -> None:
        """The first samples of a line, before `say` has all of it."""
        begun = begin(spoken.pcm, spoken.frames[0])
        if begun is not None:
            pcm, self._begun = begun
            self._tell(pcm, self._words(spoken, self._begun, sum(spoken.frames) * FRAME))

    def say(self, spoken: Spoken | None) -> None:
        """None: the line overflowed, and with it ends the utterance."""
        if spoken is None:
            self.spoiled, self._wanted = True, False
            return
        closing, speed = self._plan.lines[self._next].closing, self._utterance.speed
        pcm, left_out = shape(spoken.pcm, spoken.frames[0], spoken.frames[-1], closing, speed, begun=self._begun)
        self._tell(pcm, self._words(spoken, left_out, len(pcm)))
        self._made += len(pcm)
        self._begun = None
        self._next += 1

    def _words(self, spoken: Spoken, left_out: int, length: int) -> Sequence[Word]:
        """left_out, length: samples, of the line."""
        line, offset = self._plan.lines[self._next], self._made - left_out
        return word_times(self._utterance.text, line, spoken.frames, offset, self._made + length)

    def _tell(self, pcm: Samples, words: Sequence[Word]) -> None:
        """What of the line has not been told."""
        self._wanted = self._wanted and all(map(self._emit, self._chunks(pcm, words)))
        self._told = self._made + len(pcm)

    def _chunks(self, pcm: Samples, words: Sequence[Word]) -> Iterator[Chunk]:
        """In pieces, each with the words that begin in it, from the first sample that is wanted."""
        begin, end = max(self._told, self._utterance.skip), self._made + len(pcm)
        for start in range(begin, end, CHUNK):
            until = min(start + CHUNK, end)
            here = tuple(word for word in words if start <= round(word.start * SAMPLE_RATE) < until)
            yield Chunk(self._index, pcm[start - self._made : until - self._made].astype("<i2").tobytes(), here)
