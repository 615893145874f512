"""What a transcript cannot show: a turn that ends by itself while its client speaks."""

import json

from gateway.core import events
from gateway.dialects.livekit.sockets import LivekitDialect
from gateway.dialects.livekit.transcript import KEPT, Transcript
from gateway.errors import InternalError

USAGE = events.Usage()


def say(dialect, text):
    return dialect.decode(json.dumps({"type": "input_transcript", "transcript": text}))


def flush(dialect):
    return dialect.decode('{"type":"session.flush"}')


def test_what_is_said_after_an_idle_end_is_a_turn_of_its_own():
    dialect = LivekitDialect("", "session")
    first = say(dialect, "Hello.")[0].context_id
    dialect.expire(first)
    assert len(dialect.encode(events.ContextDone(first, USAGE))) == 1

    opened, said = say(dialect, "Are you there?")

    assert isinstance(opened, events.OpenContext)
    assert opened.context_id != first
    assert said == events.AppendText(opened.context_id, "Are you there?")
    assert flush(dialect) == [events.CloseContext(opened.context_id)]


def test_the_rest_of_a_turn_that_failed_opens_none():
    dialect = LivekitDialect("", "session")
    first = say(dialect, "Hello.")[0].context_id
    dialect.encode(events.Failed(first, InternalError("synthesis failed")))
    assert dialect.encode(events.ContextDone(first, USAGE)) == []

    assert say(dialect, "Are you there?") == [events.AppendText(first, "Are you there?")]
    assert flush(dialect) == [events.CloseContext(first)]


def test_a_turn_that_ends_late_does_not_end_the_next_one():
    dialect = LivekitDialect("", "session")
    first = say(dialect, "Hello.")[0].context_id
    flush(dialect)
    second = say(dialect, "Are you ")[0].context_id
    dialect.encode(events.ContextDone(first, USAGE))

    assert say(dialect, "there?") == [events.AppendText(second, "there?")]


def test_a_turn_without_end_keeps_only_what_is_still_to_be_told():
    transcript, heard, most = Transcript(spaced=True), "", 0
    for start in range(0, 10 * KEPT, 6):
        transcript.add("Hello ")
        heard += "".join(str(told["word"]) for told in transcript.words([events.Word(start, start + 5, 0.0, 1.0)]))
        most = max(most, sum(map(len, transcript._text)))

    assert heard == "Hello " * (len(heard) // 6)
    assert len(heard) >= 10 * KEPT
    assert most < 2 * KEPT


def test_words_that_speak_the_same_text_take_no_space_from_the_next():
    transcript = Transcript(spaced=True)
    transcript.add("nginx")
    told = transcript.words([events.Word(0, 5, 0.0, 0.5)])
    transcript.add(" runs")
    told += transcript.words([events.Word(0, 5, 0.5, 1.0), events.Word(6, 10, 1.0, 1.5)])

    assert [each["word"] for each in told] == ["nginx", " runs"]
