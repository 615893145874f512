import math

import pytest

from protos import synth_pb2
from synth.engines import Word
from synth.gpu import Broken, Finished, Piece
from synth.segment import LARGEST_REPLY, TICK, Segment

NOW = 1000.0


def piece(samples, fill=b"\1", *, words=(), ready_in=0.0):
    return Piece(fill * 2 * samples, words, NOW + ready_in)


def hearing(*messages, credit=10**9):
    segment = Segment(7, credit, NOW)
    for message in messages:
        segment.hear(message)
    return segment


def said(segment, now=NOW):
    reply = synth_pb2.Reply()
    assert segment.say(reply, now) == len(reply.pcm)
    return reply


def samples(reply):
    return len(reply.pcm) // 2


def test_one_reply_takes_all_that_is_buffered_and_the_end():
    segment = hearing(*[piece(100)] * 4, Finished(NOW, NOW, 1))

    reply = said(segment)

    assert (reply.segment_id, samples(reply), reply.WhichOneof("end")) == (7, 400, "done")
    assert segment.over


def test_a_sign_of_life_is_an_empty_reply_that_delays_nothing():
    segment = hearing()
    assert segment.due(NOW) == math.inf

    segment.signal()
    assert segment.due(NOW) == NOW
    assert said(segment) == synth_pb2.Reply(segment_id=7)
    assert segment.due(NOW) == math.inf

    segment.hear(piece(100))
    assert segment.due(NOW + 1) == NOW + 1  # the first sound still leaves at once


def test_who_has_had_something_to_say_gives_no_sign_of_life():
    segment = hearing(piece(100))
    said(segment)

    segment.signal()
    assert segment.due(NOW) == math.inf
    segment.signal()
    assert segment.due(NOW) == NOW


def test_a_reply_holds_no_more_than_its_limit():
    largest = LARGEST_REPLY // 2
    segment = hearing(piece(largest - 1), piece(100), Finished(NOW, NOW, 1))

    assert [samples(said(segment)) for _ in range(2)] == [largest, 99]
    assert segment.over


def test_a_cut_piece_keeps_its_samples_and_says_its_words_once():
    pcm = bytes(range(200)) * 10 + b"end!"
    segment = hearing(Piece(pcm, (Word(0, 1, 0.0, 1.0),), NOW), credit=500)

    replies = [said(segment)]
    for _ in range(2):
        segment.grant(500)
        replies.append(said(segment))

    assert b"".join(reply.pcm for reply in replies) == pcm
    assert [len(reply.words) for reply in replies] == [1, 0, 0]


def test_the_first_words_are_due_at_once_and_later_ones_at_the_next_tick():
    segment = hearing(piece(3))
    assert segment.due(NOW + 0.001) == NOW + 0.001
    said(segment)
    segment.hear(piece(3))

    assert segment.due(NOW + 0.001) == pytest.approx(NOW + TICK)
    assert segment.due(NOW + TICK + 0.001) == pytest.approx(NOW + 2 * TICK)


def test_a_refusal_is_due_at_once():
    segment = hearing()
    segment.fail(synth_pb2.Failure.RESOURCE_EXHAUSTED, "full")

    assert segment.due(NOW) == NOW
    assert said(segment).failure.code == synth_pb2.Failure.RESOURCE_EXHAUSTED


def test_a_piece_does_not_leave_before_it_is_ready():
    segment = hearing(piece(10), piece(20, ready_in=0.5), piece(30, ready_in=0.5), Finished(NOW, NOW, 1))

    assert samples(said(segment)) == 10
    assert segment.due(NOW) >= NOW + 0.5
    assert samples(said(segment, NOW + 0.5)) == 50


def test_nothing_is_due_without_a_word_or_without_credit():
    assert hearing().due(NOW) == math.inf
    assert hearing(piece(1), credit=0).due(NOW) == math.inf


def test_credit_is_kept_to_the_sample_and_more_adds_to_it():
    segment = hearing(piece(100), piece(100), Finished(NOW, NOW, 1), credit=120)

    assert samples(said(segment)) == 120
    assert segment.due(NOW) == math.inf
    segment.grant(30)
    assert samples(said(segment)) == 30
    segment.grant(50)
    assert said(segment).HasField("done")


def test_words_travel_with_their_audio():
    words = Word(0, 5, 0.0, 0.5), Word(6, 9, 0.5, 0.75)
    reply = said(hearing(*(piece(10, words=(word,)) for word in words)))

    assert [(w.text_start, w.text_end, w.start, w.end) for w in reply.words] == [(0, 5, 0.0, 0.5), (6, 9, 0.5, 0.75)]


def test_the_end_tells_how_long_the_segment_waited_and_was_worked_on():
    done = said(hearing(Finished(NOW + 1.0, NOW + 1.25, 4, 7))).done

    assert (done.queued, done.computed, done.batch_size, done.unread) == (1.0, 0.25, 4, 7)


def test_a_failure_comes_after_the_audio_that_was_made():
    reply = said(hearing(piece(10), Broken("out of breath")))

    assert samples(reply) == 10
    assert reply.failure == synth_pb2.Failure(code=synth_pb2.Failure.INTERNAL, message="out of breath")


def test_an_abandoned_segment_has_nothing_more_to_say():
    segment = hearing(piece(10))
    segment.abandon()

    assert segment.over
    assert segment.due(NOW) == math.inf
