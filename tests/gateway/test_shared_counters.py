import subprocess
import sys
from typing import Any

import pytest

from gateway.shared_counters import ConnectionCounter, open_counters

HOLD = """
import sys
from pathlib import Path
from gateway.shared_counters import ConnectionCounter
counter = ConnectionCounter(Path(sys.argv[1]), 3, int(sys.argv[2]), limit=1000)
for _ in range(int(sys.argv[3])):
    counter.enter()
print("entered", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "connections"


def test_a_server_of_one_process_needs_no_file():
    counter = ConnectionCounter(limit=2)

    assert [counter.enter(), counter.enter(), counter.enter()] == [True, True, False]
    assert counter.total() == 2


def test_who_leaves_makes_room():
    counter = ConnectionCounter(limit=1)
    counter.enter()

    counter.leave()

    assert counter.total() == 0
    assert counter.enter()


def test_who_was_refused_is_not_counted():
    counter = ConnectionCounter(limit=1)
    counter.enter()
    counter.enter()

    assert counter.total() == 1


def test_the_limit_is_that_of_all_processes_together(file):
    first, second = (ConnectionCounter(file, 2, slot, limit=3) for slot in (0, 1))
    first.enter()
    second.enter()
    second.enter()

    assert first.total() == second.total() == 3
    assert not first.enter()
    second.leave()
    assert first.enter()


def test_opening_a_slot_clears_what_its_last_process_had_and_nothing_else(file):
    first, second = (ConnectionCounter(file, 2, slot, limit=9) for slot in (0, 1))
    first.enter()
    second.enter()
    second.enter()

    ConnectionCounter(file, 2, 1, limit=9)

    assert first.total() == 1


def test_rows_hold_as_many_numbers_as_asked_for(file):
    one = open_counters(file, slots=2, slot=0, width=3)
    other = open_counters(file, slots=2, slot=1, width=3)
    one.own[0], one.own[2] = 5, 2**40
    other.own[1] = -7

    assert [list(row) for row in other.rows] == [[5, 0, 2**40], [0, -7, 0]]
    one.clear()
    assert [list(row) for row in other.rows] == [[0, 0, 0], [0, -7, 0]]


def test_a_killed_process_leaves_its_count_until_its_slot_is_taken_over(file):
    own = ConnectionCounter(file, 3, 0, limit=1000)
    own.enter()
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen([sys.executable, "-c", HOLD, file, "1", "10"], **pipes) as first,
        subprocess.Popen([sys.executable, "-c", HOLD, file, "2", "100"], **pipes) as second,
    ):
        assert first.stdout.readline() == second.stdout.readline() == b"entered\n"
        assert own.total() == 111
        first.kill()
        first.wait()
        assert own.total() == 111
        ConnectionCounter(file, 3, 1, limit=1000)
        assert own.total() == 101
