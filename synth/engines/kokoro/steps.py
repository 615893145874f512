"""A batch that is being spoken, its steps, and how urgent they are."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from synth.engines import Interest
from synth.engines.kokoro.model.executor import Breathe

T_co = TypeVar("T_co", covariant=True)


class Rank(IntEnum):
    """Of a thread that wants a core: the first one first."""

    SPEAKING = 0
    HELPING_URGENT = 1
    SPEAKING_PATIENT = 2
    HELPING = 3


@dataclass(slots=True)
class Batch:
    """interest: as it was told last; helped: seconds that helpers have worked on it."""

    interest: Interest
    helped: float = 0.0

    @property
    def urgent(self) -> bool:
        return self.interest is Interest.URGENT

    @property
    def rank(self) -> Rank:
        """Of the thread that speaks it."""
        return Rank.SPEAKING_PATIENT if self.interest is Interest.PATIENT else Rank.SPEAKING


class Unwanted(Exception):
    """The batch is over before this step of it."""


class Step(Generic[T_co]):
    """Done once, by who has got it of Cores. awaited, wanted: as Cores has it, under its lock."""

    def __init__(self, batch: Batch, do: Callable[[Breathe], T_co]) -> None:
        self.batch = batch
        self.awaited = False
        self.wanted = True
        self.ended = False
        self._do: Callable[[Breathe], T_co] | None = do
        self._made: list[T_co] = []
        self._failed: BaseException | None = None

    @property
    def rank(self) -> Rank:
        """Of a helper that does it: who waits for it lends its own."""
        helping = Rank.HELPING_URGENT if self.batch.urgent else Rank.HELPING
        return min(helping, self.batch.rank) if self.awaited else helping

    @property
    def failed(self) -> bool:
        return self._failed is not None

    def carry_out(self, breathe: Breathe) -> None:
        """Raises nothing: what fails does so for whoever asks for the result."""
        do, self._do = self._do, None  # what it holds must not outlive it
        assert do is not None
        try:
            self._made.append(do(breathe))
        except Unwanted:
            self._failed = Unwanted()  # without the frames, which hold what it was at
        except BaseException as failed:  # noqa: BLE001 - `result` raises it
            self._failed = failed
        self.ended = True

    def result(self) -> T_co:
        """To be asked for once if it failed."""
        failed, self._failed = self._failed, None  # or its frames would keep what they hold until they are looked for
        try:
            if failed is not None:
                raise failed
        finally:
            del failed
        return self._made[0]
