"""How much of what waits is spoken next, for a listener who has so many seconds still to hear."""

import itertools
import math
from dataclasses import replace

import pytest

from gateway.core.cleaning import Pronunciation
from gateway.core.manuscript import Manuscript
from gateway.core.pacing import LATENCIES, Policy, Queue, Speed
from gateway.core.segmenter import Boundary, Segmenter

MEETING = "The meeting was moved to Thursday because nobody had told them that the room was taken. Then"
DRY, ENOUGH, PLENTY = 0.0, 1.2, 30.0


def queue(*turns, policy=None, speed=None):
    """What waits when a segmenter has read these turns; the last of them goes on."""
    waiting, segmenter = Queue(policy or Policy(), speed or Speed()), Segmenter()
    for number, text in enumerate(turns):
        if number:
            waiting.put(segmenter.flush())
            waiting.flush()
        waiting.put(segmenter.append(text))
    return waiting


def taken(waiting, cover):
    pieces = []
    while waiting and (piece := waiting.take(cover)):
        pieces.append(piece.text)
    return pieces


def test_a_listener_who_hears_nothing_is_given_a_clause():
    waiting = queue("I looked at your order, and it has left the house. Then")

    assert waiting.take(DRY).text == "I looked at your order,"
    assert waiting.take(DRY).text == " and it has left the house."


def test_a_listener_who_has_enough_is_given_a_sentence():
    waiting = queue("I looked at your order, and it has left the house. Well. Then")

    assert taken(waiting, ENOUGH) == ["I looked at your order, and it has left the house.", " Well."]


def test_a_clause_waits_for_its_sentence_until_the_listener_runs_dry():
    waiting = queue("I looked at your order, and")

    assert waiting.take(ENOUGH) is None
    level = waiting.wake(ENOUGH)
    assert DRY < level < ENOUGH
    assert waiting.take(level).text == "I looked at your order,"


def test_a_listener_who_has_plenty_is_given_short_sentences_together():
    waiting = queue("Well. Yes, I do. The order has left the house by now. It will arrive. Then")

    assert taken(waiting, PLENTY) == ["Well. Yes, I do. The order has left the house by now. It will arrive."]


def test_a_short_sentence_waits_for_the_next_while_there_is_plenty():
    waiting = queue("Well. Then")

    assert waiting.take(PLENTY) is None
    level = waiting.wake(PLENTY)
    assert ENOUGH < level < PLENTY
    assert waiting.take(level).text == "Well."


def test_joined_sentences_do_not_outgrow_the_policy():
    sentence = " So this is a sentence of forty characters."
    waiting = queue(sentence * 5 + " Then", policy=Policy(grow=100))

    assert taken(waiting, PLENTY) == [sentence * 2, sentence * 2, sentence]


def test_nothing_is_joined_over_a_flush():
    waiting = queue("One.", "Two.", "")

    assert taken(waiting, PLENTY) == ["One.", "Two."]


def test_what_was_flushed_does_not_wait():
    assert taken(queue("I looked at your order, and", ""), ENOUGH) == ["I looked at your order, and"]
    assert taken(queue("Well.", ""), PLENTY) == ["Well."]


def test_a_flush_right_behind_a_clause_ends_it():
    waiting, segmenter = Queue(Policy(), Speed()), Segmenter()
    waiting.put(segmenter.append("I looked at your order,"))
    waiting.put(segmenter.idle())
    waiting.flush()

    assert taken(waiting, PLENTY) == ["I looked at your order,"]


def test_no_segment_is_longer_than_an_engine_bears():
    clause = " and then so many words,"
    segments = taken(queue(clause * 40, ""), PLENTY)

    assert "".join(segments) == clause * 40
    assert [len(segment) for segment in segments] == [288, 288, 288, 96]


def test_a_sentence_that_is_too_long_ends_at_its_longest_pause():
    text = " and then so many words," * 6 + " of which not all are known;" + " and then so many words," * 10

    assert taken(queue(text, ""), PLENTY)[0].endswith("known;")


def test_digits_count_for_the_time_that_they_take():
    assert all(len(segment) <= 100 for segment in taken(queue("12345678. " * 60, ""), PLENTY))


def test_a_policy_may_want_sentences_only():
    waiting = queue("I looked at your order, and it has left. Then", policy=Policy(clauses=False))

    assert waiting.take(DRY).text == "I looked at your order, and it has left."


def test_a_slow_engine_needs_longer_clauses():
    slow = Speed()
    for _ in range(20):
        slow.note(characters=75, audio=5.0, worked=3.05, queued=0.0)
    waiting = queue("I looked at your order, and it has left the house, as far as I know, and", speed=slow)

    assert waiting.take(DRY).text == "I looked at your order, and it has left the house,"


def test_a_segment_is_no_more_work_than_its_policy_allows():
    slow, text = Speed(work=0.25), "The order has left the house by now, as far as I can see. " * 6 + "Then"
    longest = {
        most: max(map(len, taken(queue(text, policy=Policy(grow=300, most_work=most), speed=slow), PLENTY)))
        for most in (1.0, 10.0)
    }

    assert longest[1.0] <= 120 < 200 < longest[10.0]


def test_a_slow_engine_does_not_begin_with_a_sentence_of_one_word():
    slow = Speed(work=0.25)
    waiting = queue("Okay. I looked at your order, and it has left. Yes. Then", speed=slow)

    assert taken(waiting, DRY) == ["Okay. I looked at your order,", " and it has left.", " Yes."]


def test_a_policy_may_want_the_first_sound_at_any_price():
    slow = Speed(work=0.25)
    waiting = queue("Okay. I looked at your order, and it has left. No. Then", policy=Policy(gapless=False), speed=slow)

    assert taken(waiting, DRY)[:2] == ["Okay.", " I looked at your order,"]


def test_a_slow_engine_is_given_so_many_clauses_as_it_can_make_in_time():
    slow = Speed(work=0.5)
    waiting = queue(" and here is one more clause of it," * 7 + " which was the last. Then", speed=slow)
    cover = slow.preparation + 1.3

    segment = waiting.take(cover)
    assert segment.text == " and here is one more clause of it," * 3
    assert slow.takes(len(segment.text)) < cover < slow.takes(4 * 35)


def test_a_slow_engine_is_given_what_it_makes_in_half_of_the_time_that_is_left():
    clause = " and here is one more clause of it,"
    slow, cover = Speed(work=0.3), 3.5
    waiting = queue("I looked at it again this morning," + 3 * clause + " as I see. Then", speed=slow)

    segment = waiting.take(cover).text
    assert segment == "I looked at it again this morning," + clause
    assert slow.works(len(segment)) < cover / 2 < slow.works(len(segment + clause))
    assert slow.takes(4 * len(clause)) < cover  # all of it would have been there in time, were there nobody else


def test_nothing_is_left_after_a_clear():
    waiting = queue("One. Two")
    waiting.clear()

    assert not waiting


@pytest.mark.parametrize("cover", [DRY, ENOUGH, PLENTY])
def test_only_more_text_helps_when_nothing_may_end(cover):
    assert queue("Well").wake(cover) is None
    assert queue("I looked at it, and", policy=Policy(clauses=False)).wake(cover) is None


def test_a_slow_engine_is_given_no_more_than_it_speaks_in_a_few_seconds():
    clause = "The meeting that we had moved to Thursday, because the room was taken, is now on Friday, "
    fast, slow = (queue(clause * 3 + "as I see. Then", speed=Speed(work=work)) for work in (0.001, 0.6))

    assert len(taken(fast, PLENTY)[0]) > 200
    assert all(len(piece) <= 100 for piece in taken(slow, PLENTY))


def test_a_slow_engine_may_begin_with_a_group_of_words_and_goes_on_before_it_has_been_heard():
    slow = Speed(work=0.3)
    waiting = queue(MEETING, policy=LATENCIES["low"], speed=slow)

    heard, segments = DRY, taken_one_after_the_other(waiting, slow)
    assert segments[0] == "The meeting was moved"
    assert "".join(segments) == MEETING.removesuffix(" Then")
    for before, segment in itertools.pairwise(segments):
        heard += slow.lasts(len(before))
        assert slow.takes(len(segment)) < heard


@pytest.mark.parametrize(
    ("cover", "segment"), [(DRY, "Your parcel left"), (1.0, "Your parcel left the warehouse yesterday,")]
)
def test_only_who_hears_nothing_is_given_less_than_a_phrase(cover, segment):
    text = "Your parcel left the warehouse yesterday, and it is on its way. Then"

    assert queue(text, policy=LATENCIES["low"], speed=Speed(work=0.3)).take(cover).text == segment


@pytest.mark.parametrize(("latency", "work"), [("low", 0.02), ("low", 0.0), ("balanced", 0.3), ("quality", 0.3)])
def test_a_fast_engine_and_a_patient_listener_are_given_whole_clauses(latency, work):
    clauses = queue(MEETING, policy=LATENCIES[latency], speed=Speed(work=work)).take(DRY).text

    assert clauses == queue(MEETING, policy=replace(LATENCIES[latency], longest_work=math.inf)).take(DRY).text


def test_the_parts_of_a_clause_are_the_client_s_own_text_and_end_as_it_does():
    text = "The **meeting** was moved to *Thursday* and nobody knows it today. Then"
    manuscript, waiting = Manuscript("markdown", "en"), Queue(LATENCIES["low"], Speed(work=0.3))
    waiting.put(manuscript.append(text))

    first, second = waiting.take(DRY), waiting.take(PLENTY)
    assert (first.text, second.text) == ("The meeting was moved", " to Thursday and nobody knows it today.")
    assert text[first.start : first.end] == "The **meeting** was moved"
    assert text[second.start : second.end] == " to *Thursday* and nobody knows it today."
    assert (first.boundary, second.boundary) == (Boundary.FORCED, Boundary.SENTENCE)


def test_what_is_pronounced_as_one_is_not_parted():
    manuscript = Manuscript("plain", "en", [Pronunciation("was moved to", alias="went off to")])
    waiting = Queue(LATENCIES["low"], Speed(work=0.3))
    waiting.put(manuscript.append("Your next meeting was moved to Thursday. Then"))

    assert waiting.take(DRY).text == "Your next meeting went off to Thursday."


def taken_one_after_the_other(waiting, speed):
    """As by a listener who hears each before the next but one is asked for."""
    segments, cover = [], DRY
    while waiting and (piece := waiting.take(cover)):
        segments.append(piece.text)
        cover = speed.lasts(len(piece.text))
    return segments


def test_where_nobody_listens_yet_text_is_cut_as_for_whoever_has_plenty_to_hear_however_slow_the_engine_is():
    text = (
        "Yes. I looked at your order, and it has left the house. You will hear from us. It comes by train. " * 3
        + "Then"
    )
    unhurried = replace(LATENCIES["balanced"], unhurried=True)

    pieces = [taken(queue(text, policy=unhurried, speed=Speed(work=work)), DRY) for work in (0.0, 0.3, 3.0)]

    assert pieces[0] == taken(queue(text), PLENTY)
    assert pieces[0] == pieces[1] == pieces[2]
    assert len(pieces[0]) > 1
