from array import array

import numpy as np
import pytest

from loadtest.turn import Onset, Player, Stopwatch


def test_a_player_that_gets_audio_in_time_does_not_stall():
    player = Player()
    for moment in (0.0, 0.9, 1.8):
        player.hear(moment, 1.0)

    assert (player.stalls, player.stalled, player.worst) == (0, 0.0, 0.0)


def test_a_player_stalls_from_the_end_of_its_audio_to_the_next():
    player = Player()
    player.hear(10.0, 1.0)
    player.hear(11.25, 1.0)
    player.hear(12.75, 1.0)

    assert player.stalls == 2
    assert player.stalled == pytest.approx(0.75)
    assert player.worst == pytest.approx(0.5)


def test_waiting_for_the_first_audio_is_no_stall():
    player = Player()
    player.hear(100.0, 1.0)

    assert player.stalls == 0


def test_what_was_played_is_what_was_received_less_the_buffer():
    player = Player()
    player.hear(1.0, 2.0)

    assert player.played(1.5) == pytest.approx(0.5)
    assert player.played(9.0) == pytest.approx(2.0)


def test_silence_ends_with_the_first_audible_sample():
    onset = Onset()
    onset.hear(np.zeros(2400, np.int16), 24_000)
    assert not onset.found

    onset.hear(np.array([0] * 240 + [-5000], np.int16), 24_000)
    assert onset.found
    assert onset.silence == pytest.approx(0.11)


def test_a_turn_is_timed_from_its_first_token_and_from_its_flush():
    stopwatch = Stopwatch(array("d"))
    stopwatch.spoke(1.0)
    stopwatch.spoke(1.5)
    stopwatch.hear(1.4, 0.5)
    stopwatch.flushed(2.0)
    stopwatch.hear(1.8, 0.5)

    turn = stopwatch.turn(silence=0.1)
    assert turn.from_first_token == pytest.approx(0.4)
    assert turn.from_flush == pytest.approx(-0.6)
    assert turn.to_first_audible == pytest.approx(0.5)
    assert turn.real_time_factor == pytest.approx(0.8)
    assert turn.messages == 2


def test_gaps_lie_between_the_messages_of_one_turn():
    gaps = array("d")
    for start in (0.0, 100.0):
        stopwatch = Stopwatch(gaps)
        stopwatch.hear(start, 0.02)
        stopwatch.hear(start + 0.25, 0.02)

    assert gaps.tolist() == [0.25, 0.25]


def test_the_headers_of_a_file_are_not_yet_audio():
    stopwatch = Stopwatch(array("d"))
    stopwatch.spoke(0.0)
    stopwatch.hear(0.1, 0.0)
    stopwatch.hear(0.2, 0.02)

    assert stopwatch.turn(0.0).from_first_token == pytest.approx(0.2)


def test_a_turn_without_audio_is_none():
    stopwatch = Stopwatch(array("d"))
    stopwatch.spoke(0.0)

    assert stopwatch.turn(0.0) is None
