import pytest

from gateway.core.segmenter import Segmenter


@pytest.mark.parametrize(
    "expected",
    [
        ["I looked at your order,", " and it has left the house."],
        ["I looked at your order;", " it has left the house."],
        ["Here is what I found:", " nothing at all."],
        ["I looked at your order —", " it has left."],
        ["The meeting was moved to Thursday afternoon", " because the room was taken, sadly, by others."],
        ["昨日は友達と映画を見て、", "それから帰りました。"],
    ],
)
def test_the_first_piece_may_be_a_clause(cut, expected):
    assert cut("".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sure, here it is.",  # too short
        "Well then now, here it is.",  # three words
        "It had grown to about 10, 20 or even 30 people.",  # a digit follows
        "It was (as far as I know, at least) a success.",
        'He answered "not that I know of, at least" to me.',
        "The total is about 10,000 or 20:30 o'clock.",
        "The salt and the pepper are here.",  # a conjunction before 32 characters
    ],
)
def test_a_first_clause_is_not_cut_where_it_would_sound_broken(cut, text):
    assert cut(text) == [text]


def test_later_pieces_are_sentences(cut):
    later = " I looked at your order, and it has left the house; it will arrive."

    assert cut("Good morning." + later) == ["Good morning.", later]


@pytest.mark.parametrize("end_turn", [Segmenter.flush, Segmenter.clear])
def test_a_turn_begins_again_after_flush_and_clear(end_turn):
    segmenter = Segmenter()
    segmenter.append("Good morning. How")
    end_turn(segmenter)

    assert [piece.text for piece in segmenter.append("I looked at your order, and")] == ["I looked at your order,"]


def test_what_nobody_hears_is_not_the_first_piece():
    segmenter = Segmenter()
    silent = segmenter.append("-" * 401 + " ")

    assert not any(piece.speakable for piece in silent)
    assert segmenter.append("I looked at your order, and")
