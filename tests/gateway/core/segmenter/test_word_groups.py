import pytest

from gateway.core.segmenter import Boundary, Segmenter, fitting_group


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


@pytest.mark.parametrize(
    ("least", "most", "group"),
    [
        (0, 10, "The meeting was moved"),
        (0, 24, "The meeting was moved"),
        (0, 40, "The meeting was moved to Thursday"),
        (0, 90, "The meeting was moved to Thursday because nobody had told them"),
        (25, 10, "The meeting was moved to Thursday"),
    ],
)
def test_a_clause_is_broken_where_a_phrase_fits_or_else_at_the_next(least, most, group):
    text = "The meeting was moved to Thursday because nobody had told them that it was there."

    assert text[: fitting_group(text, least, most, "en")] == group


@pytest.mark.parametrize(
    "text",
    [
        "Yes, of course.",
        "We have all seen Romeo and Juliet last year.",
        "Please call the number 0043 664 1234567 now.",
        "Please now open https://example.com/with,for/in,the today.",
        "It is the University of Vienna.",
        "They love old Paris, France.",
        "It takes from 10 to 12 days.",
        "あしたのかいぎはもくようびにへんこうされました。",
    ],
)
def test_a_clause_without_a_phrase_that_ends_inside_stays_whole(text):
    assert fitting_group(text, 0, 5, "ja" if text[0] == "あ" else "en") is None


def test_a_clause_is_broken_at_a_comma_that_was_too_early_to_end_one():
    assert fitting_group("Good morning, this is the front desk.", 0, 20, "en") == len("Good morning,")


@pytest.mark.parametrize(
    ("most", "group", "rest"),
    [
        (20, "Your parcel left", " the warehouse yesterday,"),
        (20, "I am sorry,", " but that office is closed today."),
        (20, "The table by the window", " is free at seven,"),
        (20, "The train leaves", " at nine, but the early one is full."),
        (20, "I would rather not guess,", ""),
        (20, "You can always call us again,", ""),
    ],
)
def test_where_nobody_can_wait_for_a_phrase_a_group_ends_before_any_small_word_or_behind_an_early_comma(
    most, group, rest
):
    assert fitting_group(group + rest, 0, most, "en", loose=True) == (len(group) if rest else None)


@pytest.mark.parametrize(
    ("language", "group", "rest"),
    [
        ("de", "Die Sitzung wurde verlegt", " auf den kommenden Donnerstag."),
        ("fr", "La réunion a été reportée", " dans la semaine prochaine."),
        ("es", "La reunión se ha movido", " para el jueves por la tarde."),
        ("nl", "De vergadering werd verplaatst", " naar donderdag omdat de kamer bezet was."),
    ],
)
def test_phrases_begin_with_the_small_words_of_their_language(language, group, rest):
    assert fitting_group(group + rest, 0, 31, language) == len(group)
