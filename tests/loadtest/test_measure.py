from array import array

import pytest

from loadtest.measure import Measures, summarise
from loadtest.turn import Turn


def a_turn(**changes):
    values = {
        "from_first_token": 0.3,
        "from_flush": 0.1,
        "silence": 0.05,
        "audio_seconds": 4.0,
        "took": 2.0,
        "messages": 10,
        "stalls": 0,
        "stalled": 0.0,
        "worst_stall": 0.0,
    }
    return Turn(**(values | changes))


def test_percentiles_are_interpolated():
    summary = summarise(range(101))

    assert (summary.count, summary.p50, summary.p95, summary.p99, summary.highest) == (101, 50, 95, 99, 100)


def test_nothing_sums_up_to_nothing():
    assert summarise([]) == summarise(array("d"))
    assert summarise([]).count == 0


def test_c100_counts_turns_whose_worst_stall_is_a_tenth_of_a_second_at_most():
    turns = [a_turn(), a_turn(worst_stall=0.1), a_turn(worst_stall=0.11), a_turn(worst_stall=9.0, messages=1)]

    assert Measures(turns=turns).c100 == pytest.approx(2 / 3)
    assert Measures(turns=[a_turn(messages=1)]).c100 is None


def test_processes_are_added_up():
    ours, theirs = Measures(turns=[a_turn()], elapsed=2.0), Measures(turns=[a_turn()], elapsed=3.0)
    theirs.gaps.append(0.5)
    theirs.heard(960, 0.02)
    ours.add(theirs)

    assert len(ours.turns) == 2
    assert ours.gaps.tolist() == [0.5]
    assert (ours.messages, ours.audio_bytes, ours.audio_seconds, ours.elapsed) == (1, 960, 0.02, 3.0)
