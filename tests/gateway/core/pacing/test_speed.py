import math

import pytest

from gateway.core.pacing import Speed


def seen(worked, queued=0.0, characters=75):
    speed = Speed()
    for _ in range(30):
        speed.note(characters=characters, audio=5.0, worked=worked, queued=queued)
    return speed


def test_a_voice_that_was_never_heard_speaks_fifteen_characters_a_second():
    assert Speed().lasts(30) == 2.0


def test_a_voice_speaks_as_fast_as_it_was_heard_to():
    assert seen(0.0, characters=100).lasts(100) == pytest.approx(5.0, rel=0.01)


def test_what_is_no_speech_is_no_measure():
    assert 5.0 <= seen(0.0, characters=1).rate < seen(0.0, characters=10_000).rate <= 40.0


@pytest.mark.parametrize(("real_time_factor", "shortest"), [(0.02, 2), (0.25, 13), (0.6, 31)])
def test_the_shortest_clause_lasts_until_the_next_one_is_made(real_time_factor, shortest):
    assert seen(5 * real_time_factor + 0.05).shortest == pytest.approx(shortest, abs=0.5)


def test_an_engine_that_streams_may_begin_with_any_clause():
    assert seen(0.06).shortest < 1.0


def test_time_in_a_queue_is_time_too():
    assert seen(0.0, queued=1.0).preparation == pytest.approx(1.05, abs=0.01)


def test_a_segment_without_audio_says_nothing_of_the_work():
    speed = Speed()
    speed.note(characters=0, audio=0.0, worked=1.0, queued=0.0)

    assert (speed.work, speed.rate) == (0.0, 15.0)


def test_what_an_engine_speaks_in_a_time_goes_by_its_work():
    assert Speed(rate=15.0, work=0.5).speaks_in(3.0) == 90.0
    assert Speed(rate=15.0).speaks_in(3.0) == math.inf
