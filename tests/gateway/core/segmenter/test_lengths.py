import pytest


def test_a_long_sentence_is_cut_at_its_best_pause(cut_later):
    head, tail = "some words " * 12 + "of it;", " and yet more words" * 14 + "."

    assert cut_later(head + tail).split("|")[0] == head


def test_a_long_sentence_without_a_better_pause_is_cut_at_a_comma(cut_later):
    head, tail = "some words " * 12 + "of it,", " and yet more words" * 14 + "."

    assert cut_later(head + tail).split("|")[0] == head


def test_a_long_sentence_without_punctuation_is_cut_between_words(cut_later):
    pieces = cut_later("some words " * 100).split("|")

    assert all(len(piece) <= 250 for piece in pieces)
    assert all(piece.startswith((" words", " some")) for piece in pieces[1:])


def test_a_sentence_of_280_characters_stays_whole(cut_later):
    sentence = "word " * 55 + "end."

    assert cut_later(sentence + " Next.") == sentence + "| Next."


def test_no_piece_is_longer_than_400_characters(cut):
    assert all(len(piece) <= 400 for piece in cut("x" * 2000))


def test_a_link_is_not_cut_while_there_is_a_space_nearby(cut_later):
    link = "https://example.com/" + "a" * 320

    assert cut_later(f"Look at {link} and tell me.") == f"Look at| {link}| and tell me."


def test_digits_and_ideographs_count_for_the_time_that_they_take(cut_later):
    assert max(len(piece) for piece in cut_later("12345678 words " * 60).split("|")) <= 100
    assert max(len(piece) for piece in cut_later("一二三四五六，" * 60).split("|")) <= 80


def test_a_number_with_spaces_is_not_cut(cut_later):
    pieces = cut_later("word 1 000 000 000 " * 40).split("|")

    assert len(pieces) > 1
    assert all(piece.count("1 000 000 000") == piece.count("1") == piece.count("000") / 3 for piece in pieces)


@pytest.mark.parametrize("cluster", ["e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "क्षि", "각", "1\ufe0f\u20e3", "กำ"])
def test_a_grapheme_cluster_is_never_cut(cut, cluster):
    for shift in range(len(cluster)):
        pieces = cut("x" * shift + cluster * 500)
        assert all(len(piece.removeprefix("x" * shift)) % len(cluster) == 0 for piece in pieces)
