"""What time does to a text that is being written."""

import math

import pytest

from gateway.core.manuscript import Manuscript
from gateway.core.pacing import Policy, Reader

NEVER = math.inf


def reader(**policy):
    return Reader(Manuscript("plain", "en"), Policy(**policy))


def write(one, text, *, gap, now=0.0):
    """One word after the other; when the last one came."""
    for word in text.split(" "):
        now += gap
        one.append(" " + word, now)
    return now


def deadline(one, scarce_at, *, begun=False):
    """When there is something to do, for a listener who has next to nothing to hear from then on."""
    return min(one.finished_at, max(one.hurry_at(begun=begun), scarce_at))


def hurry(one, scarce_at, now, *, begun=False):
    return one.hurry(scarce_at, now, begun=begun)


def texts(pieces):
    return [piece.text.strip() for piece in pieces]


def test_a_sentence_that_looks_finished_is_taken_after_a_pause():
    one = reader()
    last = write(one, "It is done.", gap=0.02)

    assert deadline(one, NEVER) == last + 0.12
    assert one.idle(last + 0.11) == []
    assert texts(one.idle(last + 0.12)) == ["It is done."]


def test_a_slow_writer_has_longer_pauses():
    one = reader()
    last = write(one, "I think that this is done.", gap=0.2)

    assert deadline(one, NEVER) == pytest.approx(last + 0.6)


def test_one_long_pause_makes_no_slow_writer():
    one = reader()
    last = write(one, "So I think that", gap=0.02)
    last = write(one, "it is done.", gap=0.02, now=last + 9.0)

    assert deadline(one, NEVER) == pytest.approx(last + 0.12)


def test_the_time_between_two_turns_is_no_gap():
    one = reader()
    last = write(one, "So I see.", gap=0.02)
    one.flush()
    last = write(one, "It is done.", gap=0.02, now=last + 60.0)

    assert deadline(one, NEVER) == pytest.approx(last + 0.12)


def test_a_number_is_given_more_time():
    one = reader()
    last = write(one, "It was 1990.", gap=0.02)

    assert deadline(one, NEVER) == last + 0.25
    assert texts(one.idle(last + 0.25)) == ["It was 1990."]


def test_nobody_waits_for_a_text_that_cannot_end():
    one = reader()
    write(one, "It is not", gap=0.02)

    assert deadline(one, NEVER) == NEVER


def test_a_text_is_asked_once_whether_it_is_finished():
    one = reader()
    last = write(one, "Ask Dr.", gap=0.02)

    assert one.idle(last + 1) == []
    assert deadline(one, NEVER) == NEVER


def test_words_that_have_waited_are_given_to_a_listener_who_hears_nothing():
    one = reader(max_delay=0.5)
    last = write(one, "I think that the meeting was moved to Thursday", gap=0.02)

    assert deadline(one, 0.0) == pytest.approx(0.52)
    assert hurry(one, 0.0, 0.5) is None
    assert texts(hurry(one, 0.0, 0.6)) == ["I think that the meeting was moved"]
    assert deadline(one, 0.0) == NEVER
    assert last < 0.5


def test_words_wait_for_as_long_as_the_listener_has_something_to_hear():
    one = reader(max_delay=0.5)
    write(one, "I think that the meeting was moved to Thursday", gap=0.02)

    assert deadline(one, 7.0) == 7.0
    assert hurry(one, 7.0, 6.9) is None
    assert hurry(one, NEVER, 60.0) is None


def test_words_wait_less_long_when_speech_would_break_off():
    one = reader(max_delay=0.5, gap_delay=0.3)
    write(one, "I think that the meeting was moved to Thursday", gap=0.02)

    assert deadline(one, 0.0, begun=True) == pytest.approx(0.32)
    assert texts(hurry(one, 0.0, 0.4, begun=True)) == ["I think that the meeting was moved"]


def test_words_wait_from_where_the_last_piece_ended():
    one = reader(max_delay=0.5)
    last = write(one, "I looked at your order, and it has left the house by", gap=0.1)

    assert deadline(one, 0.0) == pytest.approx(last - 0.6 + 0.5)


def test_a_policy_may_wait_for_sentences_for_ever():
    one = reader()
    write(one, "I think that the meeting was moved to Thursday", gap=0.02)

    assert deadline(one, 0.0) == NEVER
    assert hurry(one, 0.0, 60.0) is None


def test_without_delay_each_text_is_spoken_as_it_came():
    one = reader(max_delay=0)

    assert texts(one.append("Ask Dr.", 1.0)) == ["Ask Dr."]
    assert texts(one.append("and then", 1.1)) == ["and then"]


def test_without_patience_a_sentence_is_taken_as_soon_as_it_looks_finished():
    one = reader(patience=0)

    assert texts(one.append("It is done.", 1.0)) == ["It is done."]
    assert texts(one.append("Ask Dr.", 1.1)) == []


@pytest.mark.parametrize("end_turn", [Reader.flush, Reader.clear])
def test_nothing_waits_after_a_turn(end_turn):
    one = reader(max_delay=0.5)
    write(one, "I think that this is done.", gap=0.02)
    end_turn(one)

    assert deadline(one, 0.0) == NEVER
