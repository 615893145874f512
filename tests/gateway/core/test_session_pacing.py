"""What is asked for when: early for a listener who hears nothing, in good length for one who does."""

import math

import pytest

from gateway.core.events import (
    AppendText,
    Clear,
    Cleared,
    CloseContext,
    ContextDone,
    Failed,
    Flush,
    FlushDone,
    Limits,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    SegmentFailed,
    Synthesize,
)
from gateway.core.pacing import Policy
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import InvalidSetting, WorkerUnavailable

FAKE = Voice("ann", "fake", "en", "female", "Ann", 1000, deterministic=False)
ORDER = "I looked at your order, and it has left the house. "


def texts(outputs):
    return [out.text.strip() for out in outputs if isinstance(out, Synthesize)]


def until_deadline(talk):
    talk.now = talk.session.deadline()
    return texts(talk.tick())


@pytest.fixture
def talk_at(new_talk):
    def opened(latency, **limits):
        talk = new_talk(Limits(**limits))
        talk.say(OpenContext("a", latency=latency))
        return talk

    return opened


def test_the_first_segment_is_a_clause_and_the_second_the_rest_of_its_sentence(talk_at):
    talk = talk_at("balanced")

    assert texts(talk.say(AppendText("a", "I looked at your order, and"))) == ["I looked at your order,"]
    assert texts(talk.say(AppendText("a", " it has left the house, as far as I see. Th"))) == [
        "and it has left the house, as far as I see."
    ]


def test_with_quality_the_first_segment_is_a_sentence(talk_at):
    talk = talk_at("quality")

    assert texts(talk.say(AppendText("a", ORDER[:-1]))) == []
    assert texts(talk.say(AppendText("a", " Th"))) == [ORDER.strip()]


def test_with_quality_a_short_sentence_does_not_begin_alone(talk_at):
    talk = talk_at("quality")

    assert texts(talk.say(AppendText("a", "Yes. Wh"))) == []
    assert texts(talk.say(AppendText("a", "y would I not do it? Te"))) == ["Yes. Why would I not do it?"]


def test_a_chinese_sentence_is_as_long_as_it_is_spoken(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", language="zh", voice="ann", latency="quality"))

    assert texts(talk.say(AppendText("a", "我昨天看了一部电影。很"))) == ["我昨天看了一部电影。"]


def test_speech_that_would_break_off_goes_on_with_words(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "Yes. "), AppendText("a", "The museum is open to visitors "))
    talk.speak("Yes.", 300)

    assert talk.session.deadline() == pytest.approx(talk.now + 0.3)
    assert until_deadline(talk) == ["The museum is open"]


def test_a_clause_is_asked_for_in_mid_turn_before_the_listener_runs_dry(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "So this is one. I looked at your order, and it"))
    talk.speak("So this is one.", 5000)
    began = talk.now

    assert until_deadline(talk) == ["I looked at your order,"]
    assert 4.0 < talk.now - began < 5.0


def test_short_sentences_wait_for_each_other_while_the_listener_has_plenty(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "So this is one. Yes. Wh"))
    talk.speak("So this is one.", 9000)
    talk.speak("Yes.", 1000)

    assert texts(talk.say(AppendText("a", "y? No. Th"))) == []
    assert texts(talk.say(AppendText("a", "is is a sentence of the usual length. An"))) == [
        "Why? No. This is a sentence of the usual length."
    ]


def test_a_short_sentence_does_not_wait_until_the_listener_runs_dry(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "So this is one. Yes. Why? N"))
    talk.speak("So this is one.", 9000)
    talk.speak("Yes.", 1000)
    began = talk.now

    assert until_deadline(talk) == ["Why?"]
    assert 7.5 < talk.now - began < 8.5


def test_a_flush_waits_for_nothing(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "So this is one. Yes. Why? N"))
    talk.speak("So this is one.", 9000)
    talk.speak("Yes.", 1000)

    assert texts(talk.say(Flush("a"))) == ["Why? N"]


# a writer who pauses


def test_what_looks_finished_is_spoken_when_the_writer_pauses(talk_at):
    talk = talk_at("balanced")
    talk.say(AppendText("a", "Let me look."))

    assert talk.session.deadline() == talk.now + 0.12
    assert until_deadline(talk) == ["Let me look."]


def test_words_are_spoken_to_a_listener_who_hears_nothing(talk_at):
    talk = talk_at("low")
    talk.say(AppendText("a", "I think that the meeting was moved to "))

    assert talk.session.deadline() == talk.now + 0.4
    assert until_deadline(talk) == ["I think that the meeting was moved"]
    assert talk.session.deadline() == math.inf


def test_words_wait_while_something_is_on_its_way(talk_at):
    talk = talk_at("low")
    talk.say(AppendText("a", "So this is the first one of them. I think that the meeting was moved to "))
    talk.wait(2.0)
    assert talk.tick() == []
    talk.speak("So this is the first one of them.", 3000)
    began = talk.now

    assert until_deadline(talk) == ["I think that the meeting was moved"]
    assert 1.5 < talk.now - began < 3.0


def test_with_quality_a_listener_waits_for_the_sentence(talk_at):
    talk = talk_at("quality", context_idle=60)
    talk.say(AppendText("a", "I think that the meeting, as I said, was moved to "))

    assert talk.session.deadline() == talk.now + 60
    assert until_deadline(talk) == ["I think that the meeting, as I said, was moved to"]


def test_a_context_whose_text_waits_for_more_is_closed_like_any_other(talk_at):
    talk = talk_at("quality", context_idle=60)
    talk.say(AppendText("a", "I looked at your order, and"))
    talk.wait(60)

    assert texts(talk.tick()) == ["I looked at your order, and"]
    assert isinstance(talk.speak("I looked at your order, and")[-1], ContextDone)


def test_a_clause_that_waited_is_given_back_by_a_barge_in(talk_at):
    talk = talk_at("quality")
    talk.say(AppendText("a", "I looked at your order, and"))

    assert talk.say(Clear("a")) == [Cleared("a", "", "I looked at your order, and")]


def test_a_clause_that_waited_is_spoken_at_the_end(talk_at):
    talk = talk_at("quality")
    talk.say(AppendText("a", "I looked at your order, and"))
    talk.say(CloseContext("a"))

    assert [type(out) for out in talk.speak("I looked at your order, and")[1:]] == [FlushDone, ContextDone]


# what is known of the engine


def speak_slowly(talk, text, *, seconds, audio):
    """A worker that makes all of it before any of it is heard."""
    segment_id = talk.asked[text].segment_id
    talk.wait(seconds)
    return talk.say(SegmentAudio(segment_id, b"\0\0" * round(audio * 1000)), SegmentDone(segment_id))


def test_a_slow_engine_is_given_a_longer_first_clause(new_talk):
    speeds = {}
    for known in (False, True):
        talk = new_talk(speeds=speeds)
        talk.say(OpenContext("a"))
        outputs = talk.say(AppendText("a", "I looked at your order, which was on its way, but it has not left, an"))
        first = "I looked at your order, which was on its way," if known else "I looked at your order,"
        assert texts(outputs)[0] == first
        talk.say(Clear("a"), AppendText("a", "So this is it. "), Flush("a"))
        speak_slowly(talk, "So this is it.", seconds=2.0, audio=1.0)


def test_an_engine_that_says_to_be_slow_is_believed_from_the_first_turn(new_talk):
    text = "The meeting was moved to Thursday because nobody had told them that the room was taken."
    firsts = []
    for work in ({}, {"fake": 0.3}):
        talk = new_talk(speeds={}, catalog=VoiceCatalog([FAKE], work=work))
        firsts += texts(talk.say(OpenContext("a", latency="low"), AppendText("a", text), Flush("a")))[:1]

    assert firsts == ["The meeting was moved to Thursday", "The meeting was moved"]


def test_a_sentence_that_is_too_short_to_begin_with_is_not_asked_about_again_and_again(new_talk):
    talk = new_talk(speeds={}, catalog=VoiceCatalog([FAKE], work={"fake": 0.9}))

    assert texts(talk.say(OpenContext("a"), AppendText("a", "Yes. "), AppendText("a", "Yes. "))) == []
    assert talk.session.deadline() == pytest.approx(talk.now + 0.12)
    assert until_deadline(talk) == []
    assert talk.session.deadline() == pytest.approx(100.8)
    assert until_deadline(talk) == ["Yes. Yes."]


def test_what_went_on_elsewhere_after_it_broke_was_not_slow(new_talk):
    speeds = {}
    talk = new_talk(speeds=speeds)
    talk.say(OpenContext("a", voice="det"), AppendText("a", "So this is it."), Flush("a"))
    first = talk.asked["So this is it."].segment_id
    talk.say(SegmentAudio(first, b"\0\0" * 10))
    talk.wait(9.0)
    talk.say(SegmentFailed(first, WorkerUnavailable("gone")))
    speak_slowly(talk, "So this is it.", seconds=2.0, audio=1.0)

    assert speeds["fake"].work == 0.0


# what other protocols say


def test_a_schedule_of_lengths_is_kept(talk_at):
    talk = talk_at(Policy(lengths=(30, 60)))

    assert texts(talk.say(AppendText("a", "Yes. I looked at it. "))) == []
    assert texts(talk.say(AppendText("a", "It has left. "))) == []
    assert texts(talk.say(AppendText("a", "Th"))) == ["Yes. I looked at it. It has left."]
    assert texts(talk.say(AppendText("a", "is is a sentence of the usual length. An"))) == []
    assert texts(talk.say(AppendText("a", "d this is another one. An"))) == [
        "This is a sentence of the usual length. And this is another one."
    ]


def test_a_flush_ends_a_schedule(talk_at):
    talk = talk_at(Policy(lengths=(30, 600)))
    talk.say(AppendText("a", "This is a sentence of the usual length. And this is an"))
    assert texts(talk.say(Flush("a"))) == ["And this is an"]
    talk.speak("This is a sentence of the usual length.", 1)
    talk.speak("And this is an", 1)

    assert texts(talk.say(AppendText("a", "This is a sentence of the usual length. An"))) == [
        "This is a sentence of the usual length."
    ]


def test_a_client_that_cuts_by_itself_is_not_kept_waiting(talk_at):
    talk = talk_at(Policy(max_delay=0))

    assert texts(talk.say(AppendText("a", "Ask Dr"))) == ["Ask Dr"]


def test_what_waits_longer_than_the_client_wants_is_spoken(talk_at):
    talk = talk_at(Policy(lengths=(100,), max_delay=3))
    talk.say(AppendText("a", "I looked at your order, "), AppendText("a", "an"))

    assert until_deadline(talk) == ["I looked at your order,"]
    assert talk.now == 103.0


@pytest.mark.parametrize("latency", ["", "fast", "LOW"])
def test_an_unknown_latency_is_refused(talk, latency):
    failed, _ = talk.say(OpenContext("b", latency=latency))

    assert isinstance(failed, Failed)
    assert isinstance(failed.error, InvalidSetting)
