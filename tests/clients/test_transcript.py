from voxgate.events import Cleared, Word, Words
from voxgate.transcript import Transcript


def spoken(*pieces):
    transcript = Transcript()
    for piece in pieces:
        transcript.append(piece)
    return transcript


def split(transcript, played, seconds):
    cleared = transcript.split("a", played, seconds)
    return cleared.heard, cleared.unheard


def test_all_is_heard_when_nobody_knows_better():
    assert split(spoken("one ", "two"), None, 2.0) == ("one two", "")


def test_nothing_is_heard_before_the_first_word_ends():
    transcript = spoken("one two")
    transcript.add_words(Words("a", 1, (Word(0, 3, 0.0, 0.5), Word(4, 7, 0.5, 1.0))))

    assert split(transcript, 0.4, 1.0) == ("", "one two")
    assert split(transcript, 0.5, 1.0) == ("one", " two")


def test_after_a_clear_only_the_new_text_counts():
    transcript = spoken("one two", " three four")
    transcript.clear(Cleared("a", "one", " two"), 1.0)
    transcript.add_words(Words("a", 2, (Word(8, 13, 1.0, 1.5), Word(14, 18, 1.5, 2.0))))

    assert split(transcript, 1.6, 2.0) == (" three", " four")


def test_the_proportion_counts_from_the_last_clear():
    transcript = spoken("one two", "three four")
    transcript.clear(Cleared("a", "one", " two"), 1.0)

    assert split(transcript, 0.5, 3.0) == ("", "three four")
    assert split(transcript, 2.5, 3.0) == ("three ", "four")
