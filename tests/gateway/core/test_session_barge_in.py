"""What a barge-in drops, and what it says was heard."""

from gateway.core.events import (
    Abandon,
    AppendText,
    AudioAdjusted,
    Clear,
    Cleared,
    CloseContext,
    ContextDone,
    Flush,
    FlushDone,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    SegmentFailed,
    SegmentWords,
    Usage,
    Word,
)
from gateway.errors import (
    WorkerUnavailable,
)

BROKEN = WorkerUnavailable("the worker is gone")


def test_a_barge_in_abandons_what_is_queued_and_splits_the_text_at_what_was_heard(new_talk, of_type):
    talk = new_talk()
    talk.say(OpenContext("a"), AppendText("a", "One two three. Four five. And the"))
    one = talk.asked["One two three."].segment_id
    words = (Word(0, 3, 0.0, 0.5), Word(4, 7, 0.5, 1.0), Word(8, 14, 1.0, 1.5))
    talk.say(SegmentWords(one, words), SegmentAudio(one, b"\0\0" * 1500))
    talk.wait(1.2)

    cleared = talk.say(Clear("a"))

    assert of_type(cleared, Abandon) == [Abandon(one), Abandon(talk.asked["Four five."].segment_id)]
    assert of_type(cleared, Cleared) == [Cleared("a", "One two", " three. Four five. And the")]


def test_a_barge_in_believes_the_client_about_what_was_played(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    talk.speak("One.", 1000)
    talk.wait(9)

    assert talk.say(Clear("a", played_ms=400))[-1] == Cleared("a", "", "One. Two.")


def test_played_counts_from_the_last_barge_in(talk):
    talk.say(AppendText("a", "One."), Flush("a"))
    talk.speak("One.", 1000)
    talk.say(Clear("a"), AppendText("a", "Two. Three."), Flush("a"))
    talk.speak("Two.", 1000)

    assert talk.say(Clear("a", played_ms=1000))[-1] == Cleared("a", "Two.", " Three.")


def test_every_flush_that_waited_is_given_back_before_cleared(talk):
    talk.say(AppendText("a", "One."), Flush("a"), AppendText("a", " Two."), Flush("a"))

    assert talk.say(Clear("a"))[-3:] == [
        FlushDone("a", 1, Usage()),
        FlushDone("a", 2, Usage()),
        Cleared("a", "", "One. Two."),
    ]


def test_nothing_of_a_cleared_segment_follows(talk):
    talk.say(AppendText("a", "One."), Flush("a"))
    one = talk.asked["One."].segment_id
    talk.say(SegmentAudio(one, b"11"), Clear("a"))

    late = [
        SegmentAudio(one, b"11"),
        SegmentWords(one, (Word(0, 3, 0, 1),)),
        SegmentFailed(one, BROKEN),
        SegmentDone(one),
    ]
    assert talk.say(*late) == []


def test_a_cleared_context_speaks_on(talk, heard):
    talk.say(AppendText("a", "One."), Flush("a"), Clear("a"), AppendText("a", "Again."), Flush("a"))

    assert heard(talk.speak("Again.")) == [("audio", "a", 2, 1000), FlushDone("a", 2, Usage(6, 1.0))]


def test_a_barge_in_into_a_closing_context_ends_it(talk):
    talk.say(AppendText("a", "One."), CloseContext("a"))

    assert talk.say(Clear("a"))[-2:] == [Cleared("a", "", "One."), ContextDone("a", Usage())]


def test_audio_that_was_dropped_before_it_left_was_not_heard(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    talk.speak("One.", 1000)
    talk.speak("Two.", 1000)
    talk.wait(60)
    talk.say(AudioAdjusted("a", -1000))

    assert talk.say(Clear("a"))[-1] == Cleared("a", "One.", " Two.")
