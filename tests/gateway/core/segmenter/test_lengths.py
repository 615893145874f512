import pytest

from gateway.core.segmenter import Segmenter, weigh
from gateway.core.segmenter.lengths import LIMIT
from loadtest.segmentation.invariants import check


def test_what_is_too_long_is_cut_at_its_best_pause(sentences):
    head, tail = "some words (" + "some words " * 12 + "of it;", " and yet more words," * 14 + ")."

    assert sentences(head + tail).split("|")[0] == head


def test_what_is_too_long_and_has_no_better_pause_is_cut_at_a_comma(sentences):
    head, tail = "some words (" + "some words " * 12 + "of it,", " and yet more words" * 14 + ")."

    assert sentences(head + tail).split("|")[0] == head


def test_a_long_sentence_without_punctuation_is_cut_between_words(sentences):
    pieces = sentences("some words " * 100).split("|")

    assert all(len(piece) <= 250 for piece in pieces)
    assert all(piece.startswith((" words", " some")) for piece in pieces[1:])


def test_a_sentence_of_280_characters_stays_whole(sentences):
    sentence = "word " * 55 + "end."

    assert sentences(sentence + " Next.") == sentence + "| Next."


def test_no_piece_is_longer_than_400_characters(cut):
    assert all(len(piece) <= 400 for piece in cut("x" * 2000))


def test_a_link_is_not_cut_while_there_is_a_space_nearby(sentences):
    link = "https://example.com/" + "a" * 320

    assert sentences(f"Look at {link} and tell me.") == f"Look at| {link}| and tell me."


def test_digits_and_ideographs_count_for_the_time_that_they_take(cut):
    assert max(len(piece) for piece in cut("12345678 words " * 60)) <= 100
    assert max(len(piece) for piece in cut("一二三四五六，" * 60)) <= 80


def test_a_number_with_spaces_is_not_cut(sentences):
    pieces = sentences("word 1 000 000 000 " * 40).split("|")

    assert len(pieces) > 1
    assert all(piece.count("1 000 000 000") == piece.count("1") == piece.count("000") / 3 for piece in pieces)


@pytest.mark.parametrize("cluster", ["e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "क्षि", "각", "1\ufe0f\u20e3", "กำ"])
def test_a_grapheme_cluster_is_never_cut(cut, cluster):
    for shift in range(len(cluster)):
        pieces = cut("x" * shift + cluster * 500)
        assert all(len(piece.removeprefix("x" * shift)) % len(cluster) == 0 for piece in pieces)


def test_words_that_cannot_wait_are_no_more_than_an_engine_can_speak():
    """A short text is not weighed before it ends, and digits are heavy."""
    segmenter = Segmenter()
    assert segmenter.append("the 12345678901234 " * 5) == []

    pieces = segmenter.hurry() + segmenter.flush()

    assert len(pieces) > 1
    assert all(weigh(piece.text) <= LIMIT for piece in pieces)


def test_how_long_a_piece_is_does_not_depend_on_what_was_cut_off_before_it():
    """A letter after a dot is heavy; but the dot before a piece is still there in one feed, and not in another."""
    text = (
        "7777777777777777777777777777777777777777_2_J-C!U.S`डॉme@x.rgIncNo2) 」）U.S가（?e.gNoIwords説3.14"
        + '" ' * 20
        + "…¿"
        + "中" * 18
        + "tps://x.org/?Q=13.14! ।„Nobecaus"
    )

    check("sv", [text, '" '])
