"""How a session ends, and what it passes on unread."""

import pytest

from gateway.core.events import (
    Abandon,
    Answer,
    AppendText,
    CloseContext,
    CloseSession,
    ContextDone,
    Drain,
    Failed,
    Flush,
    OpenContext,
    SessionDone,
    Usage,
    Warned,
)
from gateway.errors import (
    Draining,
    InvalidMessage,
)


def test_a_closed_session_ends_after_its_last_context(talk, texts):
    talk.say(AppendText("a", "One."))
    assert texts(talk.say(CloseSession())) == ["One."]

    assert talk.speak("One.")[-2:] == [ContextDone("a", Usage(4, 1.0)), SessionDone()]
    assert talk.session.done


def test_a_draining_session_opens_nothing_new_and_ends_with_its_last_context(talk, texts):
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
def test_what_a_dialect_answers_by_itself_is_passed_on(talk, context_id, of_type):
    talk.say(AppendText("a", "One."))

    assert talk.say(Answer(context_id, "said")) == [Answer(context_id, "said")]
    assert of_type(talk.say(Flush("a")), Failed, Warned) == []
