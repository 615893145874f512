"""One batch whose steps others may do than the thread that speaks it. The audio is the same to the last bit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from synth.engines import Interest
from synth.engines.kokoro.cores import Cores
from synth.engines.kokoro.model.executor import Breathe, Executor
from synth.engines.kokoro.steps import Batch, Step

T = TypeVar("T")

# Told the seconds since the last breath for which the batch stood aside, less those for which it was helped; answers
# how urgent it is.
TellingBreath = Callable[[float], Interest]


@contextmanager
def share(cores: Cores, breathe: TellingBreath) -> Iterator[Executor]:
    """What a batch is to be spoken with, on a core; none of its steps outlives this."""
    batch = Batch(breathe(0.0))
    with cores.hold(batch) as waited:
        sharing = _Sharing(cores, batch, breathe, waited)
        try:
            yield sharing
        finally:
            sharing.end()


class _Sharing:
    """What nobody has begun when its result is asked for is done by who asks; who would wait does other steps first."""

    def __init__(self, cores: Cores, batch: Batch, breathe: TellingBreath, aside: float) -> None:
        self._cores = cores
        self._batch = batch
        self._breathe = breathe
        self._aside = aside  # seconds
        self._told = 0.0
        self._steps: list[Step[object]] = []  # whose results have not been asked for

    def breathe(self) -> None:
        aside = self._aside - self._batch.helped
        self._batch.interest = self._breathe(aside - self._told)
        self._told = aside
        self._aside += self._cores.give_way()

    def submit(self, step: Callable[[Breathe], T]) -> Callable[[], T]:
        offered = Step(self._batch, step)
        self._steps.append(offered)
        self._cores.offer(offered)
        return lambda: self._result(offered)

    def end(self) -> None:
        """What comes after the last breath is not told: mostly the help with some hundredths of a second."""
        self._cores.wait(self._cores.withdraw(self._steps))

    def _result(self, wanted: Step[T]) -> T:
        while not wanted.ended:
            if step := self._cores.claim([wanted, *self._steps]):
                step.carry_out(self.breathe)
                if step.failed:
                    step.result()
            else:
                self._aside += self._cores.wait([wanted])
        self._steps.remove(wanted)
        return wanted.result()
