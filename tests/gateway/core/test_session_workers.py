"""What a session does when workers break or refuse."""

import pytest

from gateway.core.events import (
    Abandon,
    AppendText,
    ContextDone,
    Failed,
    Flush,
    OpenContext,
    SegmentAudio,
    SegmentFailed,
    SegmentWords,
    Usage,
    Word,
    Words,
)
from gateway.errors import (
    InternalError,
    InvalidSetting,
    Overloaded,
    SpeechInterrupted,
    WorkerUnavailable,
)

BROKEN = WorkerUnavailable("the worker is gone")


def test_a_segment_of_which_nothing_has_left_is_asked_for_again(talk, heard):
    talk.say(AppendText("a", "One."), Flush("a"))
    first = talk.asked["One."]

    (again,) = talk.say(SegmentFailed(first.segment_id, BROKEN))

    assert (again.text, again.skip) == (first.text, 0)
    assert again.segment_id != first.segment_id
    assert heard(talk.speak("One."))[0] == ("audio", "a", 1, 1000)


def test_a_broken_segment_that_nobody_hears_yet_is_spoken_anew_when_its_turn_comes(talk, heard):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    two = talk.asked["Two."].segment_id
    assert talk.say(SegmentAudio(two, b"2" * 20), SegmentFailed(two, BROKEN)) == []

    assert heard(talk.speak("One.", 100)) == [("audio", "a", 1, 100)]
    assert talk.asked["Two."].segment_id != two
    assert talk.asked["Two."].skip == 0
    assert heard(talk.speak("Two.", 300))[0] == ("audio", "a", 1, 300)


def test_a_text_that_kills_its_workers_kills_two(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    talk.say(SegmentFailed(talk.asked["Two."].segment_id, BROKEN))
    talk.speak("One.")

    assert type(talk.say(SegmentFailed(talk.asked["Two."].segment_id, BROKEN))[0]) is Failed


def test_a_deterministic_voice_goes_on_at_the_next_sample(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", voice="det", words=True), AppendText("a", "One two."), Flush("a"))
    one = talk.asked["One two."].segment_id
    talk.say(SegmentWords(one, (Word(0, 3, 0, 0.4),)), SegmentAudio(one, b"\0\0" * 700))

    (again,) = talk.say(SegmentFailed(one, BROKEN))

    assert again.skip == 700
    repeated = SegmentWords(again.segment_id, (Word(0, 3, 0, 0.4), Word(4, 8, 0.4, 0.8)))
    assert talk.say(repeated) == [Words("a", 1, (Word(4, 8, 0.4, 0.8),))]


def test_a_segment_that_broke_half_way_fails_its_context_and_says_how_much_was_sent(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    one = talk.asked["One."].segment_id
    talk.say(SegmentAudio(one, b"\0\0" * 700))

    abandoned, failed, done = talk.say(SegmentFailed(one, BROKEN))

    assert abandoned == Abandon(talk.asked["Two."].segment_id)
    assert isinstance(failed.error, SpeechInterrupted)
    assert failed.error.retryable
    assert failed.error.audio_sent_ms == 700
    assert done == ContextDone("a", Usage(0, 0.7))


def test_a_segment_that_gets_on_is_asked_for_again_and_again(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", voice="det"), AppendText("a", "One."), Flush("a"))
    for sent in range(10):
        segment_id = talk.asked["One."].segment_id
        (audio, again) = talk.say(SegmentAudio(segment_id, b"11"), SegmentFailed(segment_id, BROKEN))
        assert (audio.pcm, again.skip) == (b"11", sent + 1)


def test_a_segment_is_not_asked_for_for_ever(talk):
    talk.say(AppendText("a", "One."), Flush("a"))
    talk.say(SegmentFailed(talk.asked["One."].segment_id, BROKEN))

    assert talk.say(SegmentFailed(talk.asked["One."].segment_id, BROKEN)) == [
        Failed("a", BROKEN),
        ContextDone("a", Usage()),
    ]


@pytest.mark.parametrize("error", [InternalError("no"), InvalidSetting("no")])
def test_an_error_that_would_come_again_ends_the_context_and_no_other(talk, error, texts):
    talk.say(OpenContext("b"), AppendText("a", "One."), Flush("a"))

    assert talk.say(SegmentFailed(talk.asked["One."].segment_id, error)) == [
        Failed("a", error),
        ContextDone("a", Usage()),
    ]
    assert texts(talk.say(AppendText("b", "Two."), Flush("b"))) == ["Two."]


def test_an_overloaded_worker_is_not_asked_again_at_once(talk, of_type):
    talk.say(AppendText("a", "One."), Flush("a"))

    assert of_type(talk.say(SegmentFailed(talk.asked["One."].segment_id, Overloaded("full"))), Failed)
