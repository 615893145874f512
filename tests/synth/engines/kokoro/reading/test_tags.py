import pytest

from synth.engines.kokoro.reading.tags import tag


def tags(text):
    words = text.split()
    return dict(zip(words, tag(words, [False] * len(words)), strict=True))


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("I have read it", "read", "VBN"),
        ("we record it", "record", "VBP"),
        ("to record it", "record", "VB"),
        ("to quickly record", "to", "TO"),
        ("the record is here", "record", "NN"),
        ("Close the door", "Close", "VB"),
        ("a close friend", "close", "JJ"),
        ("a deliberate attempt", "deliberate", "JJ"),
        ("it was used", "used", "VBD"),
        ("she leads us", "leads", "VBZ"),
        ("I will not present it", "present", "VB"),
        ("the US team", "US", "NNP"),
        ("told us so", "us", ""),
        ("TELL US NOW", "US", ""),
        ("a team", "a", "DT"),
        ("vitamin a .", "a", "NN"),
        ("I am", "I", "PRP"),
        ("that house", "that", "DT"),
        ("that he went", "that", ""),
        ("$ 5", "$", "$"),
        ("$ 5", "5", "CD"),
        ("in 2024", "in", "IN"),
        ("stop .", ".", "."),
        ("who knows anything", "anything", ""),
        ("when Paris calls", "Paris", "NNP"),
    ],
)
def test_a_word_is_tagged_by_what_stands_beside_it(text, word, expected):
    assert tags(text)[word] == expected


def test_straight_quotes_open_and_close_by_turns():
    assert tag(['"', "yes", '"', "and", '"', "no", '"'], [False] * 7)[::2] == ["``", "''", "``", "''"]


def test_a_hyphen_inside_a_word_is_none_between_words():
    assert tag(["well", "-", "known"], [False, True, False])[1] == "HYPH"
    assert tag(["well", "-", "known"], [False, False, False])[1] == ":"


@pytest.mark.parametrize("words", [[], ["."], ['"'], ["…", "…"], ["😀"], ["--"], ["\u0301"]])
def test_any_words_have_tags(words):
    assert len(tag(words, [True] * len(words))) == len(words)
