import pytest

from gateway.core.events import Word
from gateway.core.transcript import RECALL, Transcript


def spoken(transcript, start, end, audio_start, audio_end, *, complete=True, words=()):
    span = transcript.speak(start, end, audio_start)
    span.audio_end = audio_end
    span.words += words
    span.complete = complete
    return span


@pytest.fixture
def two_sentences():
    """One. (0 to 1 s) Two three. (1 to 3 s, with word times)"""
    transcript = Transcript()
    transcript.append("One.")
    transcript.append(" Two three.")
    spoken(transcript, 0, 4, 0.0, 1.0)
    spoken(transcript, 4, 15, 1.0, 3.0, words=[Word(5, 8, 1.0, 1.8), Word(9, 15, 1.8, 2.7)])
    return transcript


@pytest.mark.parametrize(
    ("position", "heard"),
    [(0.0, ""), (1.0, "One."), (1.7, "One."), (1.8, "One. Two"), (2.9, "One. Two three."), (3.0, "One. Two three.")],
)
def test_only_whole_words_were_heard(two_sentences, position, heard):
    assert two_sentences.split(position) == (heard, "One. Two three."[len(heard) :])


def test_without_word_times_the_share_of_the_audio_decides_back_to_a_space():
    transcript = Transcript()
    transcript.append("one two three four")
    spoken(transcript, 0, 18, 0.0, 2.0)

    assert transcript.split(1.0) == ("one two", " three four")


def test_text_that_was_never_spoken_was_not_heard(two_sentences):
    two_sentences.append(" Four")

    assert two_sentences.split(99.0) == ("One. Two three.", " Four")


def test_after_a_clear_only_later_text_counts(two_sentences):
    two_sentences.clear()
    two_sentences.append("More.")
    spoken(two_sentences, 15, 20, 3.0, 4.0)

    assert two_sentences.split(4.0) == ("More.", "")


def test_audio_cut_before_it_left_was_not_heard(two_sentences):
    two_sentences.cut(1.9)

    assert two_sentences.split(1.9) == ("One. Two", " three.")


def test_text_heard_long_ago_is_forgotten_and_the_latest_is_kept():
    transcript = Transcript()
    sentence = "A hundred characters or so. " * 4
    for number in range(5000):
        transcript.append(sentence)
        start = number * len(sentence)
        spoken(transcript, start, start + len(sentence), float(number), number + 1.0)
        transcript.forget(number + 1.0)

    heard, unheard = transcript.split(5000.0)

    assert RECALL <= len(heard) <= 2 * RECALL
    assert (sentence * 5000).endswith(heard)
    assert unheard == ""


def test_text_that_was_not_heard_is_never_forgotten():
    transcript = Transcript()
    for number in range(3 * RECALL // 100):
        transcript.append("x" * 100)
        spoken(transcript, number * 100, number * 100 + 100, float(number), number + 1.0)
    transcript.forget(0.5)

    assert transcript.split(0.5)[1] == "x" * (3 * RECALL // 100 * 100)
