import pytest

from gateway.core.segmenter import Boundary, Segmenter


def hurry(text, language="en"):
    segmenter = Segmenter(language)
    before = segmenter.append(text)
    pieces = segmenter.hurry()
    rest = "".join(piece.text for piece in segmenter.flush())
    assert "".join(piece.text for piece in before + pieces) + rest == text
    assert all(piece.boundary is Boundary.FORCED for piece in pieces)
    return [piece.text for piece in pieces]


@pytest.mark.parametrize(
    ("group", "rest"),
    [
        ("I think that the meeting was moved", " to Thurs"),
        ("I think that the meeting was moved", " to "),
        ("The quick brown fox jumped", " over the lazy"),
        ("He paid about ten dollars", " for 10 000 stamps"),
    ],
)
def test_a_group_ends_where_a_phrase_begins(group, rest):
    assert hurry(group + rest) == [group]


def test_without_a_phrase_a_group_ends_behind_the_last_whole_word():
    assert hurry("Big brown foxes jumped higher than") == ["Big brown foxes jumped higher"]


@pytest.mark.parametrize("text", ["", "Well", "I think that", "Unbelievably extraordinary things", "so it is a d"])
def test_too_few_words_are_no_group(text):
    assert hurry(text) == []


def test_a_word_or_number_is_never_broken():
    assert hurry("Take one bus or number 1 000 000") == ["Take one bus or number"]
    assert hurry("好" * 60) == []
