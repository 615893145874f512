"""What a session does not accept, and how much it keeps."""

import pytest

from gateway.core.context import MOST_FLUSHES
from gateway.core.events import (
    AppendText,
    Clear,
    CloseContext,
    ContextDone,
    ContextOpened,
    Failed,
    Flush,
    KeepAlive,
    Limits,
    OpenContext,
    SessionDone,
    Usage,
)
from gateway.core.formats import AudioFormat
from gateway.errors import (
    InvalidMessage,
    InvalidSetting,
    TextTooLong,
    TooManyContexts,
    TooManyFlushes,
    UnknownVoice,
    UnsupportedFormat,
)


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


def test_a_name_that_is_too_long_is_not_kept_and_ends_the_session(talk, of_type):
    """What has ended is remembered by its name."""
    name = "x" * 129
    outputs = talk.say(OpenContext(name))

    (failed,) = of_type(outputs, Failed)[-1:]
    assert (failed.context_id, type(failed.error)) == (None, InvalidMessage)
    assert isinstance(outputs[-1], SessionDone)
    assert ContextDone("a", Usage()) in outputs, "every context is told"
    assert name not in repr(outputs)
    assert talk.say(OpenContext("b")) == []


def test_one_context_too_many_fails_alone(new_talk, texts):
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


def test_an_ended_name_can_be_used_again(talk, texts, of_type):
    talk.say(CloseContext("a"))

    assert of_type(talk.say(OpenContext("a")), ContextOpened)
    assert texts(talk.say(AppendText("a", "One."), Flush("a"))) == ["One."]


def test_more_unspoken_text_than_the_limit_fails_the_context(new_talk):
    talk = new_talk(Limits(max_text=10))
    talk.say(OpenContext("a"))

    failed, done = talk.say(AppendText("a", "a" * 11))
    assert type(failed.error) is TextTooLong
    assert isinstance(done, ContextDone)


def test_no_more_flushes_wait_for_their_audio_than_may(talk, of_type):
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
