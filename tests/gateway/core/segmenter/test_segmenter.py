from gateway.core.segmenter import Boundary, Piece, Segmenter


def test_a_piece_is_the_clients_own_text_at_its_place():
    segmenter = Segmenter()

    assert segmenter.append("Hello. I am") == [Piece("Hello.", 0, 6, speakable=True, boundary=Boundary.SENTENCE)]
    assert segmenter.flush() == [Piece(" I am", 6, 11, speakable=True, boundary=Boundary.END)]


def test_offsets_count_on_after_flush_and_clear():
    segmenter = Segmenter()
    segmenter.append("One")
    segmenter.flush()
    segmenter.append("Two 😀")
    segmenter.clear()
    segmenter.append("Three")

    assert segmenter.flush() == [Piece("Three", 8, 13, speakable=True, boundary=Boundary.END)]


def test_clear_drops_what_is_buffered():
    segmenter = Segmenter()
    segmenter.append("Never mind")
    segmenter.clear()

    assert segmenter.flush() == []


def test_flush_empties():
    segmenter = Segmenter()
    segmenter.append("One. Two. Three")
    segmenter.flush()

    assert segmenter.flush() == []


def test_flush_decides_what_was_on_hold():
    segmenter = Segmenter()
    segmenter.append("I live in the U.S. He")

    assert [piece.text for piece in segmenter.flush()] == ["I live in the U.S.", " He"]


def test_white_space_begins_the_next_piece_but_ends_the_last(cut):
    assert cut("One.  Two.\n\nThree. ") == ["One.", "  Two.", "\n\nThree. "]


def test_a_text_without_words_has_nothing_to_say():
    for text in (" ", "\n\n", "...", "?!", "—", "* * *", "😀", "```", "|---|", "\u200d"):
        segmenter = Segmenter()
        segmenter.append(text)
        assert [piece.speakable for piece in segmenter.flush()] == [False], text


def test_signs_without_words_stay_with_the_words_after_them(cut):
    assert cut("... Well.\n---\nThen.") == ["... Well.", "\n---\nThen."]


def test_letters_digits_and_currency_can_be_said():
    for text in ("a", "é", "5", "½", "中", "न", "€"):
        segmenter = Segmenter()
        segmenter.append(text)
        assert [piece.speakable for piece in segmenter.flush()] == [True], text


def test_an_empty_text_changes_nothing():
    segmenter = Segmenter()

    assert segmenter.append("") == []
    assert segmenter.flush() == []
