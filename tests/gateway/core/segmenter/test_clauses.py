import pytest

from gateway.core.segmenter import Boundary, Segmenter


@pytest.mark.parametrize(
    "expected",
    [
        ["I looked at your order,", " and it has left the house."],
        ["I looked at your order;", " it has left the house."],
        ["Here is what I found:", " nothing at all."],
        ["I looked at your order —", " it has left."],
        ["The meeting was moved to Thursday afternoon", " because the room was taken,", " sadly, by others."],
        ["昨日は友達と映画を見て、", "それから帰りました。"],
    ],
)
def test_a_piece_ends_with_a_clause(cut, expected):
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
def test_a_clause_is_not_cut_where_it_would_sound_broken(cut, text):
    assert cut(text) == [text]


def test_a_piece_says_what_ends_it():
    segmenter = Segmenter()
    pieces = segmenter.append("I looked at your order, and it has left. X" + "x" * 450) + segmenter.flush()

    ends = [Boundary.CLAUSE, Boundary.SENTENCE, Boundary.FORCED, Boundary.END]
    assert [piece.boundary for piece in pieces] == ends


@pytest.mark.parametrize(
    "text",
    [
        "I looked at it, and the shop (in the old town, near St. Mary) is closed. Then",
        'He said, as far as I can remember, "Come in. Sit down." And I did so. Then',
    ],
)
def test_where_sentences_end_does_not_depend_on_clauses(sentences, text):
    masked = text.replace(", ", "x ")

    assert sentences(text) == sentences(masked).replace("x ", ", ")


@pytest.mark.parametrize("sign", ["•", "2."])
def test_a_clause_before_a_list_item_loses_nothing(cut, sign):
    text = f"1. Some milk and some eggs, {sign} and the rest of it."

    assert "".join(cut(text)) == text


@pytest.mark.parametrize("part", ["a", "an", "and", "and ", "and t"])
def test_a_conjunction_is_known_when_it_is_complete(part):
    segmenter = Segmenter()
    cut = segmenter.append("The meeting was moved to Thursday afternoon " + part)

    assert bool(cut) == (part[3:] != "")


def test_what_nobody_hears_is_no_clause():
    segmenter = Segmenter()

    assert segmenter.append("-- -- -- -- -- -- -- --, -- and") == []
