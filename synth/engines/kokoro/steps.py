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
    PATIENT = 2
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
    def speaking(self) -> Rank:
        """Of the thread that speaks it."""
        return Rank.PATIENT if self.interest is Interest.PATIENT else Rank.SPEAKING

    @property
    def helping(self) -> Rank:
        """Of a helper that does a step of it."""
        return Rank.HELPING_URGENT if self.urgent else Rank.HELPING


class Unwanted(Exception):
    """The batch is over before this step of it."""


class Step(Generic[T_co]):
    """Done once, by who has got it of Cores."""

    def __init__(self, batch: Batch, do: Callable[[Breathe], T_co]) -> None:
        self.ended = False
        self.wanted = True
        self.batch = batch
        self._do: Callable[[Breathe], T_co] | None = do
        self._made: list[T_co] = []
        self._failed: BaseException | None = None

    def carry_out(self, breathe: Breathe) -> None:
        """Raises nothing: what fails does so for whoever asks for the result."""
        do, self._do = self._do, None  # what it holds must not outlive it
        assert do is not None
        try:
            self._made.append(do(breathe))
        except BaseException as failed:  # noqa: BLE001 - `result` raises it
            self._failed = failed
        self.ended = True

    def result(self) -> T_co:
        if self._failed is not None:
            raise self._failed
        return self._made[0]
