from gateway.core.segmenter import Piece, WholeText


def test_markup_is_cut_at_flush_only():
    text = WholeText()

    assert text.append("<speak>One. Two.\n") == []
    assert text.append("Three.</speak>") == []
    assert text.flush() == [Piece("<speak>One. Two.\nThree.</speak>", 0, 31, speakable=True)]


def test_nothing_is_left_after_flush():
    text = WholeText()
    text.append("One")
    text.flush()

    assert text.flush() == []


def test_clear_drops_and_counts_on():
    text = WholeText()
    text.append("<speak>")
    text.clear()
    text.append("One")

    assert text.flush() == [Piece("One", 7, 10, speakable=True)]
