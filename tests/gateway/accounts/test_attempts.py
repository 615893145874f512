from contextlib import ExitStack

import pytest

from gateway.accounts.attempts import ALLOWED, WrongAttempts
from gateway.errors import TooManyAttempts


class Wrong(Exception):
    pass


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def guess(attempts, what, *, right=False):
    with attempts.guess(what):
        if not right:
            raise Wrong


def test_what_can_be_guessed_is_not_looked_at_after_too_many(tmp_path):
    clock = Clock()
    one, other = (WrongAttempts(tmp_path / "guesses", 2, slot, clock=clock) for slot in range(2))
    for _ in range(ALLOWED // 2):
        for process in (one, other):
            with pytest.raises(Wrong):
                guess(process, "a")

    for process in (one, other):
        with pytest.raises(TooManyAttempts):
            guess(process, "a", right=True)
        guess(process, "b", right=True)
    clock.now += 60
    guess(one, "a", right=True)


def test_guesses_count_while_they_are_judged_so_that_many_at_once_are_no_more():
    attempts = WrongAttempts(clock=Clock())
    with ExitStack() as judged:
        for _ in range(ALLOWED):
            judged.enter_context(attempts.guess("a"))
        with pytest.raises(TooManyAttempts):
            guess(attempts, "a", right=True)


def test_right_guesses_are_taken_back_however_many_and_in_their_own_minute():
    clock = Clock()
    attempts = WrongAttempts(clock=clock)
    for _ in range(3 * ALLOWED):
        guess(attempts, "a", right=True)
    with attempts.guess("a"):
        clock.now += 60
        for _ in range(ALLOWED):
            with pytest.raises(Wrong):
                guess(attempts, "a")
    with pytest.raises(TooManyAttempts):
        guess(attempts, "a", right=True)
