"""How fast the engine really is, and when it will be free."""

from synth.engines import Cost

LEARNING = 0.1  # the weight of the last batch: ten of them tell what this machine does now
STUCK, STUCK_TIMES = 5.0, 5.0  # seconds, and times what a batch should take
FASTEST, SLOWEST = 0.05, 20.0  # times the engine's guess; what is beyond is a hiccup, not a speed


class Pace:
    """speed: how many times longer than the engine guessed batches take; usual: seconds of one, as they mostly are."""

    def __init__(self, cost: Cost) -> None:
        self.speed = 1.0
        self.usual = cost.of(0.0)
        self._cost = cost
        self._guess = 0.0  # of the running batch
        self._started: float | None = None

    def begin(self, audio: float, now: float) -> None:
        """A batch with so many seconds of audio is running."""
        self._guess = self._cost.of(audio)
        self._started = now

    def end(self, now: float) -> None:
        if self._started is None:
            return
        took, self._started = now - self._started, None
        self.usual += LEARNING * (took - self.usual)
        if self._guess > 0:
            found = min(max(took / self._guess, FASTEST), SLOWEST)
            self.speed += LEARNING * (found - self.speed)

    def free_at(self, now: float) -> float:
        """When the running batch will have ended; now, when none is running or it should have."""
        return now if self._started is None else max(now, self._started + self.speed * self._guess)

    def stuck(self, now: float) -> bool:
        """Whether the running batch has taken so much longer than it should that it may never end."""
        return self._started is not None and now - self._started > STUCK + STUCK_TIMES * self.speed * self._guess
