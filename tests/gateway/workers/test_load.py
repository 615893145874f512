import pytest

from gateway.workers.load import Cost, Load


def test_what_was_told_runs_off_with_time():
    load = Load(begins_in=1.0, free_in=4.0, told_at=10.0)

    assert load.wait(10.25, due_in=0.0) == 0.75
    assert load.wait(10.25, due_in=2.0) == 3.75
    assert load.wait(20.0, due_in=2.0) == 0.0


def test_what_was_sent_since_counts():
    load = Load(begins_in=1.0, free_in=1.0, told_at=10.0)
    load.add(0.5)
    load.add(0.25)

    assert load.wait(11.0, due_in=0.0) == 0.75


def test_work_goes_by_the_length_of_the_speech():
    cost = Cost(per_batch=0.1, per_second=0.5)

    assert cost.of("x" * 30, speed=1.0) == pytest.approx(1.1)
    assert cost.of("x" * 30, speed=2.0) == pytest.approx(0.6)
