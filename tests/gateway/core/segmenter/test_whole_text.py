from gateway.core.segmenter import Boundary, Piece, WholeText


def test_markup_is_cut_at_flush_only():
    text = WholeText()

    assert text.append("<speak>One. Two.\n") == []
    assert text.append("Three.</speak>") == []
    assert text.flush() == [Piece("<speak>One. Two.\nThree.</speak>", 0, 31, speakable=True, boundary=Boundary.END)]


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

    assert text.flush() == [Piece("One", 7, 10, speakable=True, boundary=Boundary.END)]


def test_a_pause_of_the_writer_means_nothing():
    text = WholeText()
    text.append("<speak>One.")

    assert text.idle() == []
    assert not text.ends_in_number
