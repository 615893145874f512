"""How much has to arrive before a piece is given away. Delay is silence that the listener hears."""

import pytest

from gateway.core.segmenter import Segmenter


@pytest.mark.parametrize(
    ("sentence", "decides"),
    [
        ("It is done.", " T"),
        ("It is done!", " T"),
        ("Is it done?", " i"),
        ('He said "done."', " T"),
        ("It is done", "\n"),
        ("It is done.", "\n"),
        ("好了。", "我"),
        ("यह है।", " "),
        ("Bring pens etc.", " T"),
        ("It is the U.S.", " It "),
        ("It ends at 5 p.m.", " It"),
        ("I have an account.", "Let "),
    ],
)
def test_a_sentence_waits_for_no_more_than_what_decides(sentence, decides):
    segmenter = Segmenter()

    assert segmenter.append("Yes\n" + sentence + decides[:-1])[1:] == []
    assert [piece.text for piece in segmenter.append(decides[-1])] == ["\n" + sentence]


def test_the_last_sentence_waits_for_flush():
    segmenter = Segmenter()

    assert segmenter.append("Is it over?") == []
    assert [piece.text for piece in segmenter.flush()] == ["Is it over?"]


def test_a_first_clause_waits_for_the_next_letter():
    segmenter = Segmenter()

    assert segmenter.append("I looked at your order, ") == []
    assert [piece.text for piece in segmenter.append("a")] == ["I looked at your order,"]
