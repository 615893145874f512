import math
import random

import pytest

from synth.batching.backlog import STEP, Backlog


def test_work_is_counted_by_when_it_is_due():
    backlog = Backlog()
    backlog.add(1.0, 0.5)
    backlog.add(3.0, 0.25)

    assert backlog.due_by(0.5) == 0.0
    assert backlog.due_by(1.05) == 0.5
    assert backlog.total == backlog.due_by(10.0) == 0.75


def test_what_is_taken_out_leaves_nothing_behind():
    backlog, dice = Backlog(), random.Random(1)
    jobs = [(dice.uniform(-5, 30), dice.uniform(0, 0.1)) for _ in range(1000)]
    for each in jobs:
        backlog.add(*each)
    for each in jobs:
        backlog.remove(*each)

    assert backlog.total == 0.0
    assert backlog.eaten(0.0, 1.0, 1.0, 0.3) == -math.inf


def test_it_tells_by_how_much_urgent_work_would_eat_into_the_time_of_others():
    backlog = Backlog()
    backlog.add(10.0, 2.0)
    backlog.add(4.0, 1.0)

    # ready at 1 + 0.5 + 1 = 2.5 of an allowed 2.05, and at 4.5 of an allowed 5.05
    assert backlog.eaten(0.0, 1.5, 1.0, 0.5) == pytest.approx(0.45, abs=STEP)
    # at half the speed: 1 + 1 + 2 = 4 of 2.05, 8 of 5.05
    assert backlog.eaten(0.0, 2.0, 2.0, 0.5) == pytest.approx(2.95, abs=STEP)


def test_who_is_due_before_it_is_not_pushed():
    backlog = Backlog()
    backlog.add(1.0, 5.0)

    assert backlog.eaten(2.0, 1.0, 1.0, 0.3) == -math.inf
