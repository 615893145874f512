"""When a segment is due, and how far ahead of the listener speech is made."""

import pytest

from gateway.core.events import (
    AppendText,
    CloseContext,
    ContextDone,
    Flush,
    FlushDone,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    Usage,
)


def test_the_first_segment_is_due_at_once_and_a_later_one_when_the_listener_runs_dry(talk):
    talk.say(AppendText("a", "One. Two. Three."), Flush("a"))
    assert talk.asked["One."].due_in == 0

    talk.speak("One.", 3000)
    talk.wait(1)
    talk.speak("Two.", 1000)
    assert talk.asked["Three."].due_in == pytest.approx(3.0, abs=0.5)


@pytest.mark.parametrize(("too_long", "learnt"), [(-1.0, 0.0), (0.0, 0.0), (2.0, 0.5)])
def test_a_segment_that_waits_until_it_is_due_does_not_make_the_engine_slow(talk, too_long, learnt):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    later = talk.asked["Two."]
    assert later.due_in > 0

    talk.speak("One.", 3000)
    talk.wait(later.due_in)
    done = SegmentDone(later.segment_id, queued=later.due_in + too_long)
    talk.say(SegmentAudio(later.segment_id, bytes(6000)), done)
    assert talk.session._speeds["fake"].queued == pytest.approx(learnt)


def test_only_the_first_segment_of_a_turn_begins_one(talk):
    talk.say(AppendText("a", "One. Two. "), Flush("a"))
    talk.speak("One.")
    talk.wait(5.0)  # the listener has run dry amid the turn
    talk.speak("Two.")
    talk.wait(5.0)
    talk.say(AppendText("a", "Three. "), Flush("a"))
    talk.say(AppendText("a", "Four. "), Flush("a"))

    assert {text: asked.begins for text, asked in talk.asked.items()} == {
        "One.": True,
        "Two.": False,
        "Three.": True,
        "Four.": False,
    }


def test_no_more_is_made_than_the_listener_may_be_ahead(new_talk, texts):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=2), AppendText("a", "One. Two. Three. Four."), Flush("a"))
    talk.speak("One.", 5000)
    assert texts(talk.speak("Two.", 1000)) == []

    assert talk.session.deadline() == talk.now + 4
    talk.wait(3.9)
    assert talk.tick() == []
    talk.wait(0.1)
    assert texts(talk.tick()) == ["Three. Four."]


def test_a_context_ends_when_only_silence_was_left_to_wait_for(new_talk, of_type):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=2), AppendText("a", "One. Two.\n\n"), CloseContext("a"))
    talk.speak("One.", 5000)
    talk.speak("Two.", 5000)
    talk.wait(8)

    assert of_type(talk.tick(), FlushDone, ContextDone) == [
        FlushDone("a", 1, Usage(11, 10.0)),
        ContextDone("a", Usage(11, 10.0)),
    ]


def test_a_download_is_made_without_bound(new_talk, texts):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=0), AppendText("a", "One. Two. Three."), Flush("a"))

    assert texts(talk.speak("One.", 3_600_000)) == ["Three."]
