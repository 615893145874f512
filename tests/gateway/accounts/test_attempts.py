import pytest

from gateway.accounts.attempts import ALLOWED, WrongAttempts
from gateway.errors import TooManyAttempts


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_what_can_be_guessed_is_not_looked_at_after_too_many(tmp_path):
    clock = Clock()
    one, other = (WrongAttempts(tmp_path / "guesses", 2, slot, clock=clock) for slot in range(2))
    for _ in range(ALLOWED // 2):
        one.check("a")
        one.add("a")
        other.add("a")

    for process in (one, other):
        with pytest.raises(TooManyAttempts):
            process.check("a")
        process.check("b")
    clock.now += 60
    one.check("a")
