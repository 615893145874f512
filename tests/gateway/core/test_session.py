"""A message in, the list of what comes out: the flows of a conversation."""

import pytest

from gateway.core.context import MOST_FLUSHES
from gateway.core.events import (
    Abandon,
    Answer,
    AppendText,
    Audio,
    AudioAdjusted,
    Clear,
    Cleared,
    CloseContext,
    CloseSession,
    ContextDone,
    ContextOpened,
    Drain,
    Failed,
    Flush,
    FlushDone,
    KeepAlive,
    Limits,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    SegmentFailed,
    SegmentWords,
    SessionDone,
    SessionOpened,
    Synthesize,
    Usage,
    Warned,
    Word,
    Words,
)
from gateway.core.formats import AudioFormat
from gateway.errors import (
    Draining,
    InternalError,
    InvalidMessage,
    InvalidSetting,
    Overloaded,
    SpeechInterrupted,
    TextTooLong,
    TooManyContexts,
    TooManyFlushes,
    UnknownVoice,
    UnsupportedFormat,
    WorkerUnavailable,
)

BROKEN = WorkerUnavailable("the worker is gone")


def texts(outputs):
    return [out.text.strip() for out in outputs if isinstance(out, Synthesize)]


def of_type(outputs, *types):
    return [out for out in outputs if isinstance(out, types)]


def test_a_session_tells_its_limits_first(new_talk):
    assert new_talk(Limits(max_contexts=2)).said == [SessionOpened(Limits(max_contexts=2))]


def test_an_opened_context_names_its_voice_and_the_format_with_its_defaults(new_talk):
    opened = new_talk().say(OpenContext("a", voice="bob", output=AudioFormat("mp3")))

    assert opened == [ContextOpened("a", "bob", AudioFormat("mp3", 24000, 64000), 1000)]


def test_a_segment_is_asked_for_as_soon_as_it_is_safe(talk):
    assert texts(talk.say(AppendText("a", "One is here. "))) == []
    assert texts(talk.say(AppendText("a", "Two"))) == ["One is here."]


def test_audio_leaves_in_the_order_of_the_text_whatever_the_worker_does(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))
    one, two = talk.asked["One."].segment_id, talk.asked["Two."].segment_id

    assert talk.say(SegmentAudio(two, b"22"), SegmentDone(two)) == []
    assert talk.say(SegmentAudio(one, b"11")) == [Audio("a", 1, 1, b"11")]
    assert talk.say(SegmentDone(one)) == [Audio("a", 1, 2, b"22"), FlushDone("a", 1, Usage(9, 0.002))]


def test_two_segments_are_in_flight_and_no_more(talk):
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


def test_closing_speaks_the_rest_and_ends_once(talk, heard):
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


# due


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


def test_no_more_is_made_than_the_listener_may_be_ahead(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=2), AppendText("a", "One. Two. Three. Four."), Flush("a"))
    talk.speak("One.", 5000)
    assert texts(talk.speak("Two.", 1000)) == []

    assert talk.session.deadline() == talk.now + 4
    talk.wait(3.9)
    assert talk.tick() == []
    talk.wait(0.1)
    assert texts(talk.tick()) == ["Three. Four."]


def test_a_context_ends_when_only_silence_was_left_to_wait_for(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=2), AppendText("a", "One. Two.\n\n"), CloseContext("a"))
    talk.speak("One.", 5000)
    talk.speak("Two.", 5000)
    talk.wait(8)

    assert of_type(talk.tick(), FlushDone, ContextDone) == [
        FlushDone("a", 1, Usage(11, 10.0)),
        ContextDone("a", Usage(11, 10.0)),
    ]


def test_a_download_is_made_without_bound(new_talk):
    talk = new_talk()
    talk.say(OpenContext("a", max_lead=0), AppendText("a", "One. Two. Three."), Flush("a"))

    assert texts(talk.speak("One.", 3_600_000)) == ["Three."]


# barge-in


def test_a_barge_in_abandons_what_is_queued_and_splits_the_text_at_what_was_heard(new_talk):
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


# workers break


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
def test_an_error_that_would_come_again_ends_the_context_and_no_other(talk, error):
    talk.say(OpenContext("b"), AppendText("a", "One."), Flush("a"))

    assert talk.say(SegmentFailed(talk.asked["One."].segment_id, error)) == [
        Failed("a", error),
        ContextDone("a", Usage()),
    ]
    assert texts(talk.say(AppendText("b", "Two."), Flush("b"))) == ["Two."]


def test_an_overloaded_worker_is_not_asked_again_at_once(talk):
    talk.say(AppendText("a", "One."), Flush("a"))

    assert of_type(talk.say(SegmentFailed(talk.asked["One."].segment_id, Overloaded("full"))), Failed)


# what is not accepted


@pytest.mark.parametrize(
    ("opened", "error"),
    [
        (OpenContext("b", voice="nobody"), UnknownVoice),
        (OpenContext("b", language="xx"), UnknownVoice),
        (OpenContext("b", output=AudioFormat("vorbis")), UnsupportedFormat),
        (OpenContext("b", output=AudioFormat("ogg_opus", 44100)), UnsupportedFormat),
        (OpenContext("b", output=AudioFormat("mp3", 0, 1)), UnsupportedFormat),
        (OpenContext("b", output=AudioFormat("wav", 0, 64000)), UnsupportedFormat),
        (OpenContext("b", speed=float("nan")), InvalidSetting),
        (OpenContext("b", speed=9), InvalidSetting),
        (OpenContext("b", pitch=0), InvalidSetting),
        (OpenContext("b", max_lead=-1), InvalidSetting),
        (OpenContext("b", text_format="rtf"), InvalidSetting),
        (OpenContext(""), InvalidMessage),
    ],
)
def test_a_context_that_cannot_be_opened_fails_and_ends(talk, opened, error):
    failed, done = talk.say(opened)

    assert type(failed.error) is error
    assert done == ContextDone(opened.context_id, Usage())


def test_a_name_that_is_too_long_is_not_kept_and_ends_the_session(talk):
    """What has ended is remembered by its name."""
    name = "x" * 129
    outputs = talk.say(OpenContext(name))

    (failed,) = of_type(outputs, Failed)[-1:]
    assert (failed.context_id, type(failed.error)) == (None, InvalidMessage)
    assert isinstance(outputs[-1], SessionDone)
    assert ContextDone("a", Usage()) in outputs, "every context is told"
    assert name not in repr(outputs)
    assert talk.say(OpenContext("b")) == []


def test_one_context_too_many_fails_alone(new_talk):
    talk = new_talk(Limits(max_contexts=1))
    talk.say(OpenContext("a"))

    assert type(talk.say(OpenContext("b"))[0].error) is TooManyContexts
    assert texts(talk.say(AppendText("a", "One."), Flush("a"))) == ["One."]


def test_an_open_context_is_not_opened_again(talk):
    (warned,) = talk.say(OpenContext("a", voice="bob"))

    assert warned.code == "context_exists"


def test_text_after_closing_is_refused_aloud(talk):
    talk.say(AppendText("a", "One."), CloseContext("a"))

    assert [out.code for out in talk.say(AppendText("a", "Two."), Flush("a"))] == ["context_closing"] * 2


def test_words_for_a_context_that_never_was_are_warned_about_and_create_nothing(talk):
    assert [out.code for out in talk.say(Flush("x"), CloseContext("x"), Clear("x"))] == ["unknown_context"] * 3
    assert talk.session.active == 1


def test_words_for_a_context_that_has_ended_are_ignored(talk):
    talk.say(CloseContext("a"))

    assert talk.say(AppendText("a", "Late."), Flush("a"), Clear("a"), KeepAlive("a")) == []


def test_an_ended_name_can_be_used_again(talk):
    talk.say(CloseContext("a"))

    assert of_type(talk.say(OpenContext("a")), ContextOpened)
    assert texts(talk.say(AppendText("a", "One."), Flush("a"))) == ["One."]


def test_more_unspoken_text_than_the_limit_fails_the_context(new_talk):
    talk = new_talk(Limits(max_text=10))
    talk.say(OpenContext("a"))

    failed, done = talk.say(AppendText("a", "a" * 11))
    assert type(failed.error) is TextTooLong
    assert isinstance(done, ContextDone)


def test_no_more_flushes_wait_for_their_audio_than_may(talk):
    talk.say(AppendText("a", "Never ends."), *[Flush("a")] * MOST_FLUSHES)
    failed, _ = of_type(talk.say(Flush("a")), Failed, ContextDone)

    assert type(failed.error) is TooManyFlushes
    assert talk.say(Flush("a")) == [], "it is over"


def test_all_contexts_together_have_no_more_text_than_one_may_have(new_talk):
    """Each costs memory for every character."""
    talk = new_talk(Limits(max_text=100, max_contexts=10))
    for name in "abcde":
        talk.say(OpenContext(name))
        talk.say(AppendText(name, "x" * 20))
    failed, done = talk.say(AppendText("c", "x"))

    assert type(failed.error) is TextTooLong
    assert (failed.context_id, done.context_id) == ("c", "c")
    assert talk.say(AppendText("a", "x" * 20)) == [], "there is room again"


def test_all_contexts_together_have_not_a_character_more(new_talk):
    talk = new_talk(Limits(max_text=100, max_contexts=10))
    talk.say(*[OpenContext(name) for name in "abcdefghij"], AppendText("a", "x" * 96))
    assert talk.say(AppendText("b", "x" * 4)) == []

    failed, _ = talk.say(AppendText("c", "x"))
    assert (failed.context_id, type(failed.error)) == ("c", TextTooLong)


def test_a_late_word_that_is_refused_takes_nothing_from_what_was_accepted(new_talk):
    talk = new_talk(Limits(max_text=100, max_contexts=10))
    talk.say(
        OpenContext("a"), OpenContext("b"), AppendText("a", "x" * 96), AppendText("b", "x" * 10), CloseContext("a")
    )

    (warned,) = talk.say(AppendText("a", "Late."))

    assert warned.code == "context_closing"


# time


def test_an_idle_context_is_closed_and_what_it_had_said_is_spoken(new_talk):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"), AppendText("a", "The rest"))
    talk.wait(9.9)
    assert talk.tick() == []
    talk.wait(0.1)

    assert texts(talk.tick()) == ["The rest"]
    *_, flushed, warned, done = talk.speak("The rest")
    assert flushed == FlushDone("a", 1, Usage(8, 1.0)), "it was said, and so it is told"
    assert warned.code == "idle_timeout"
    assert done == ContextDone("a", Usage(8, 1.0))


def test_a_context_that_is_about_to_end_by_itself_stays_if_its_client_says_more(new_talk):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"), AppendText("a", "The rest"))
    talk.wait(10)
    talk.tick()
    talk.say(AppendText("a", " of it. "), Flush("a"))

    said = [*talk.speak("The rest"), *talk.speak("of it.")]
    assert of_type(said, FlushDone, ContextDone, Warned) == [FlushDone("a", 1, Usage(16, 2.0))]


def test_text_for_a_context_that_has_ended_by_itself_is_told_to_be_lost(new_talk):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"))
    talk.wait(10)
    assert of_type(talk.tick(), ContextDone)

    (warned,) = talk.say(AppendText("a", "More."), AppendText("a", " "), Flush("a"), KeepAlive("a"))
    assert (warned.context_id, warned.code) == (None, "context_ended")


def test_a_keep_alive_keeps_a_context(new_talk):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"))
    talk.wait(9)
    talk.say(KeepAlive("a"))
    talk.wait(9)

    assert talk.tick() == []


def test_a_context_is_not_idle_while_its_listener_listens(new_talk):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"), AppendText("a", "One."), Flush("a"))
    talk.speak("One.", 60_000)
    talk.wait(69)

    assert talk.tick() == []


def test_a_session_without_contexts_ends_when_nobody_says_anything(new_talk):
    talk = new_talk(Limits(session_idle=300))
    talk.wait(300)

    warned, done = talk.tick()
    assert (warned.code, done) == ("idle_timeout", SessionDone())


# the end


def test_a_closed_session_ends_after_its_last_context(talk):
    talk.say(AppendText("a", "One."))
    assert texts(talk.say(CloseSession())) == ["One."]

    assert talk.speak("One.")[-2:] == [ContextDone("a", Usage(4, 1.0)), SessionDone()]
    assert talk.session.done


def test_a_draining_session_opens_nothing_new_and_ends_with_its_last_context(talk):
    (warned,) = talk.say(Drain())
    assert warned.code == "draining"
    assert type(talk.say(OpenContext("b"))[0].error) is Draining
    assert texts(talk.say(AppendText("a", "One."), CloseContext("a"))) == ["One."]

    assert talk.speak("One.")[-1] == SessionDone()


def test_a_draining_session_without_contexts_ends_at_once(new_talk):
    assert new_talk().say(Drain())[-1] == SessionDone()


def test_a_client_that_cannot_be_understood_ends_every_context(talk):
    talk.say(AppendText("a", "One."), Flush("a"))
    error = InvalidMessage("no JSON")

    assert talk.session.fail(error) == [
        Abandon(talk.asked["One."].segment_id),
        Failed("a", error),
        ContextDone("a", Usage()),
        Failed(None, error),
        SessionDone(),
    ]
    assert talk.say(AppendText("a", "Two."), Flush("a")) == []


def test_a_client_that_is_gone_leaves_no_work_behind(talk):
    talk.say(AppendText("a", "One. Two."), Flush("a"))

    assert talk.session.hang_up() == [Abandon(out.segment_id) for out in talk.asked.values()]


def test_a_warning_names_its_context(talk):
    assert isinstance(talk.say(OpenContext("a"))[0], Warned)
    assert talk.say(OpenContext("a"))[0].context_id == "a"


@pytest.mark.parametrize("context_id", ["a", "nobody", None])
def test_what_a_dialect_answers_by_itself_is_passed_on(talk, context_id):
    talk.say(AppendText("a", "One."))

    assert talk.say(Answer(context_id, "said")) == [Answer(context_id, "said")]
    assert of_type(talk.say(Flush("a")), Failed, Warned) == []
