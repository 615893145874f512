"""Contexts and sessions in which nobody says anything."""

from gateway.core.events import (
    AppendText,
    ContextDone,
    Flush,
    FlushDone,
    KeepAlive,
    Limits,
    OpenContext,
    SessionDone,
    Usage,
    Warned,
)


def test_an_idle_context_is_closed_and_what_it_had_said_is_spoken(new_talk, texts):
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


def test_a_context_that_is_about_to_end_by_itself_stays_if_its_client_says_more(new_talk, of_type):
    talk = new_talk(Limits(context_idle=10))
    talk.say(OpenContext("a"), AppendText("a", "The rest"))
    talk.wait(10)
    talk.tick()
    talk.say(AppendText("a", " of it. "), Flush("a"))

    said = [*talk.speak("The rest"), *talk.speak("of it.")]
    assert of_type(said, FlushDone, ContextDone, Warned) == [FlushDone("a", 1, Usage(16, 2.0))]


def test_text_for_a_context_that_has_ended_by_itself_is_told_to_be_lost(new_talk, of_type):
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
