"""A message in, the list of what comes out: how a text becomes segments, audio, words and ends."""

import pytest

from gateway.core.events import (
    AppendText,
    Audio,
    Clear,
    CloseContext,
    ContextDone,
    ContextOpened,
    Flush,
    FlushDone,
    Limits,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    SegmentWords,
    SessionOpened,
    Usage,
    Word,
    Words,
)
from gateway.core.formats import AudioFormat


def test_a_session_tells_its_limits_first(new_talk):
    assert new_talk(Limits(max_contexts=2)).said == [SessionOpened(Limits(max_contexts=2))]


def test_an_opened_context_names_its_voice_and_the_format_with_its_defaults(new_talk):
    opened = new_talk().say(OpenContext("a", voice="bob", output=AudioFormat("mp3")))

    assert opened == [ContextOpened("a", "bob", AudioFormat("mp3", 24000, 64000), 1000)]


def test_a_segment_is_asked_for_as_soon_as_it_is_safe(talk, texts):
    assert texts(talk.say(AppendText("a", "One is here. "))) == []
    assert texts(talk.say(AppendText("a", "Two"))) == ["One is here."]


def test_audio_leaves_in_the_order_of_the_text_whatever_the_worker_does(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    one, two = talk.asked["One."].segment_id, talk.asked["Two."].segment_id

    assert talk.say(SegmentAudio(two, b"22"), SegmentDone(two)) == []
    assert talk.say(SegmentAudio(one, b"11")) == [Audio("a", 1, 1, b"11")]
    assert talk.say(SegmentDone(one)) == [Audio("a", 1, 2, b"22"), FlushDone("a", 1, Usage(9, 0.002))]


def test_two_segments_are_in_flight_and_no_more(talk, texts):
    asked = texts(talk.say(AppendText("a", "One. Two. Three. Four."), Flush("a")))

    assert asked == ["One.", "Two."]
    assert texts(talk.speak("One.")) == ["Three."]


def test_every_flush_is_done_once_after_its_last_audio(talk, heard):
    talk.say(AppendText("a", "One."), Flush("a"), AppendText("a", " Two."), Flush("a"))

    assert heard(talk.speak("Two.")) == []
    assert heard(talk.speak("One.")) == [
        ("audio", "a", 1, 1000),
        FlushDone("a", 1, Usage(4, 1.0)),
        ("audio", "a", 2, 1000),
        FlushDone("a", 2, Usage(5, 1.0)),
    ]


def test_a_flush_without_text_is_done_at_once(talk):
    assert talk.say(Flush("a")) == [FlushDone("a", 1, Usage())]


def test_text_with_nothing_to_say_is_done_without_a_worker(talk):
    assert talk.say(AppendText("a", " ... !\n "), Flush("a")) == [FlushDone("a", 1, Usage(8, 0.0))]


@pytest.mark.parametrize("text", ["...", "🙂", " … ! "])
def test_text_with_nothing_to_say_is_a_little_silence_for_those_who_want_it(new_talk, heard, text):
    talk = new_talk()
    talk.say(OpenContext("a", hush=0.1))

    assert heard(talk.say(AppendText("a", text), Flush("a"))) == [
        ("audio", "a", 1, 100),
        FlushDone("a", 1, Usage(len(text), 0.1)),
    ]


def test_there_is_no_hush_without_text_nor_behind_what_was_said(new_talk, heard):
    talk = new_talk()
    talk.say(OpenContext("a", hush=0.1))

    assert heard(talk.say(AppendText("a", " \n"), Flush("a"), Flush("a"))) == [
        FlushDone("a", 1, Usage(2, 0.0)),
        FlushDone("a", 2, Usage()),
    ]
    talk.say(AppendText("a", "One. X"), Flush("a"), AppendText("a", "..."), Clear("a"))
    assert heard(talk.say(Flush("a"))) == [FlushDone("a", 4, Usage())]


def test_closing_speaks_the_rest_and_ends_once(talk, heard, texts):
    assert texts(talk.say(AppendText("a", "The rest"), CloseContext("a"))) == ["The rest"]
    assert heard(talk.speak("The rest", 500)) == [
        ("audio", "a", 1, 500),
        FlushDone("a", 1, Usage(8, 0.5)),
        ContextDone("a", Usage(8, 0.5)),
    ]
    assert talk.say(CloseContext("a")) == []


def test_closing_an_empty_context_ends_it_at_once(talk):
    assert talk.say(CloseContext("a")) == [ContextDone("a", Usage())]


def test_words_come_in_the_clients_own_offsets_and_the_contexts_own_time(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", words=True), AppendText("a", "One. Two more."), Flush("a"))
    talk.speak("One.", 700)
    two = talk.asked["Two more."].segment_id

    assert talk.say(SegmentWords(two, (Word(1, 4, 0.0, 0.3), Word(5, 9, 0.3, 0.6)))) == [
        Words("a", 1, (Word(5, 8, 0.7, 1.0), Word(9, 13, 1.0, 1.3)))
    ]


def test_words_are_not_sent_to_a_client_that_did_not_ask(talk):
    talk.say(AppendText("a", "One."), Flush("a"))

    assert talk.say(SegmentWords(talk.asked["One."].segment_id, (Word(0, 3, 0, 0.1),))) == []


def test_contexts_do_not_wait_for_each_other(talk, heard):
    talk.say(OpenContext("b"), AppendText("a", "Slow."), Flush("a"), AppendText("b", "Quick."), Flush("b"))

    assert heard(talk.speak("Quick.")) == [("audio", "b", 1, 1000), FlushDone("b", 1, Usage(6, 1.0))]
