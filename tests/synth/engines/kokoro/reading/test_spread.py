from hypothesis import given
from hypothesis import strategies as st

from synth.engines.kokoro.reading.spread import spread

TEXT = "c'est un ami"
WORDS = [(0, 5), (6, 8), (9, 12)]


def spread_over(whole, own, *, numbers=False):
    return [
        (TEXT[each.text_start : each.text_end], each.phonemes, each.space)
        for each in spread(WORDS, whole, lambda start, _end: own[WORDS.index((start, _end))], numbers=numbers)
    ]


def test_as_many_parts_as_words_are_theirs():
    assert spread_over("sɛt œ̃n ami", "xyz") == [("c'est", "sɛt", True), ("un", "œ̃n", True), ("ami", "ami", False)]


def test_words_that_grew_together_are_divided_where_their_own_lengths_say():
    assert spread_over("setun ami", ["set", "un", "ami"]) == [
        ("c'est", "set", False), ("un", "un", True), ("ami", "ami", False),
    ]  # fmt: skip


def test_a_number_of_several_parts_takes_what_is_its_own():
    assert spread_over("mil dosan trant", ["mil dosan", "tran", "t"], numbers=True)[0] == ("c'est", "mil dosan", True)


def test_a_mark_of_length_stays_with_its_vowel():
    assert spread_over("aːbc", ["a", "b", "c"])[0][1] == "aː"


@given(st.text("abː ", max_size=40), st.lists(st.text("ab", max_size=20), min_size=3, max_size=3), st.booleans())
def test_nothing_is_lost_and_nothing_changes_its_place(whole, own, numbers):
    found = spread_over(whole, own, numbers=numbers)

    assert len(found) == 3
    assert "".join(phonemes for _, phonemes, _ in found).replace(" ", "") == whole.replace(" ", "")
