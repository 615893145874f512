from itertools import islice

import pytest

from loadtest.script import STYLES, Append, Clear, Close, Flush, Speaker, Style, arrivals


def turns(style, stream=17, contexts=20):
    return [turn for context in islice(Speaker(style, stream).contexts(), contexts) for turn in context]


def test_the_same_seed_says_the_same():
    assert turns(STYLES["barge-in"]) == turns(STYLES["barge-in"])


def test_streams_say_different_things():
    assert {turn.text for turn in turns(STYLES["llm"], 1)}.isdisjoint(turn.text for turn in turns(STYLES["llm"], 2))


def test_every_turn_carries_its_identity():
    context = next(Speaker(STYLES["llm"], 17).contexts())

    assert [turn.text.split()[0] for turn in context] == ["s17c1t1", "s17c1t2", "s17c1t3"]


def test_tokens_come_at_the_pace_of_the_model():
    tokens = [action.at for action in turns(Style(pace=20.0))[0].actions if isinstance(action, Append)]

    assert tokens[:4] == pytest.approx([0.0, 0.05, 0.1, 0.15])


def test_without_a_pace_the_text_comes_whole():
    for turn in turns(STYLES["whole"]):
        assert {action.at for action in turn.actions} == {0.0}
        assert turn.text.endswith(". ")


def test_a_context_ends_with_close_and_with_nothing_else():
    for style in STYLES.values():
        for context in islice(Speaker(style, 1).contexts(), 20):
            last = [type(turn.actions[-1]) for turn in context]
            assert last[-1] is Close
            assert set(last[:-1]) <= {Flush, Clear}


def test_barge_ins_come_at_any_phase():
    interrupted = [turn for turn in turns(STYLES["barge-in"], contexts=60) if isinstance(turn.actions[-1], Clear)]
    flushed = [any(isinstance(action, Flush) for action in turn.actions) for turn in interrupted]

    assert 0.4 < len(interrupted) / (60 * 6) < 0.75
    assert {True, False} == set(flushed) == {turn.waits for turn in interrupted}
    assert {True, False} == {turn.actions[-1].played for turn in interrupted}


def test_nothing_is_said_after_a_barge_in():
    for turn in turns(STYLES["barge-in"]):
        moments = [action.at for action in turn.actions]
        assert moments == sorted(moments)


def test_a_speaker_may_have_a_last_context():
    assert len(list(Speaker(STYLES["whole"], 1, contexts=2).contexts())) == 2


def test_arrivals_come_at_their_rate():
    moments = arrivals(50.0, 20.0)

    assert 850 < len(moments) < 1150
    assert list(moments) == sorted(moments)
    assert moments[0] > 0
    assert moments[-1] < 20.0
