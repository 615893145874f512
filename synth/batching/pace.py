"""How fast the engine really is, what it is at, and when it will be free."""

from dataclasses import dataclass

from synth.engines import Cost

LEARNING = 0.1  # the weight of the last batch: ten of them tell what this machine does now
STUCK, STUCK_TIMES = 5.0, 5.0  # seconds, and times what a batch should take
FASTEST, SLOWEST = 0.05, 20.0  # times the engine's guess; what is beyond is a hiccup, not a speed


@dataclass(slots=True)
class _Run:
    """A batch that is being spoken. deadline: when it is due; guess: seconds that it should take; aside: seconds that
    it has stood aside for others, but for those that are still spoken.
    """

    deadline: float
    guess: float
    started: float
    aside: float = 0.0

    def worked(self, until: float) -> float:
        return until - self.started - self.aside


class Pace:
    """speed: how many times longer than the engine guessed batches take; usual: seconds of one, as they mostly are;
    grain: those for which it cannot turn to something else: a whole batch, or from one breath to the next.
    """

    def __init__(self, cost: Cost) -> None:
        self.speed = 1.0
        self.usual = self.grain = cost.of(0.0)
        self._cost = cost
        self._runs: list[_Run] = []  # the last one is being spoken, the others stand aside
        self._breathes = False
        self._since = 0.0  # when it could last turn to something else

    def begin(self, audio: float, deadline: float, now: float) -> None:
        """A batch with so many seconds of audio is running; the one that was stands aside."""
        self._runs.append(_Run(deadline, self._cost.of(audio), now))
        self._since = now

    def breathe(self, now: float, aside: float) -> None:
        """The running batch could stand aside now, and has done so for as many of the last seconds."""
        self._breathes = True
        self._runs[-1].aside += aside
        self._note_grain(now)

    def end(self, now: float) -> None:
        if not self._runs:
            return
        run = self._runs.pop()
        self._note_grain(now)
        self.usual += LEARNING * (run.worked(now) - self.usual)
        if self._runs:
            self._runs[-1].aside += now - run.started
        if run.guess > 0:
            found = min(max(run.worked(now) / run.guess, FASTEST), SLOWEST)
            self.speed += LEARNING * (found - self.speed)

    @property
    def depth(self) -> int:
        """Batches that have been begun and not ended."""
        return len(self._runs)

    @property
    def deadline(self) -> float:
        """Of the running batch."""
        return self._runs[-1].deadline

    def spare(self, now: float) -> float:
        """Seconds that the running batch, gone on with now, would be done before it is due."""
        return self.deadline - now - self.left(now)

    def left(self, now: float) -> float:
        """Seconds until the running batch, alone, will have ended; 0 when none is running or it should have."""
        return self._left(-1, now) if self._runs else 0.0

    def held_up(self, deadline: float, now: float) -> float:
        """Seconds until the engine could turn to what is due then: it lets nobody in, or not before it has come to a
        breath and is through with what is due sooner.
        """
        if not self._breathes:
            return self.left(now)
        before = sum(left for due, left in self.begun(now) if due <= deadline)
        return max(before, min(self.grain, self.left(now)))

    def begun(self, now: float) -> list[tuple[float, float]]:
        """What could stand aside, or does: when it is due, and the seconds that it still takes."""
        return [(run.deadline, self._left(at, now)) for at, run in enumerate(self._runs)] if self._breathes else []

    def stuck(self, now: float) -> bool:
        """Whether the running batch has taken so much longer than it should that it may never end."""
        if not self._runs:
            return False
        run = self._runs[-1]
        return run.worked(now) > STUCK + STUCK_TIMES * self.speed * run.guess

    def _left(self, at: int, now: float) -> float:
        run, above = self._runs[at], self._runs[at:][1:]
        return max(0.0, self.speed * run.guess - run.worked(above[0].started if above else now))

    def _note_grain(self, now: float) -> None:
        self.grain += LEARNING * (now - self._since - self.grain)
        self._since = now
