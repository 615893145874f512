import pytest

from synth.engines.kokoro.joins import FRAME, SAMPLE_RATE
from synth.engines.kokoro.lines import lay_out
from synth.engines.kokoro.reading import Sound
from synth.engines.kokoro.times import word_times

VOCABULARY = {symbol: number for number, symbol in enumerate(" abcdefghijk.,;:!?—…()“”", start=1)}
FRAMES_A_SECOND = SAMPLE_RATE / FRAME
LONG = 10**9


def words(text, sounds, offset=0, length=LONG, frames=None):
    (line,), _ = lay_out([Sound(*sound) for sound in sounds], VOCABULARY)
    found = word_times(text, line, frames or [2] * len(line.tokens), offset, length)
    return [
        (text[word.text_start : word.text_end], word.start * FRAMES_A_SECOND, word.end * FRAMES_A_SECOND)
        for word in found
    ]


def test_words_last_as_long_as_their_symbols_and_share_the_space_between_them():
    sounds = [(0, 2, "ab", True), (3, 4, "c", False)]

    assert words("hi u", sounds) == [("hi", 2, 7), ("u", 7, 10)]


def test_punctuation_belongs_to_the_words_text_and_not_to_its_sound():
    sounds = [(0, 2, "ab", False), (2, 3, ",", True), (4, 5, "c", False), (5, 6, ".", False)]

    assert words("hi, u.", sounds) == [("hi,", 2, 6), ("u.", 9, 12)]


def test_marks_between_words_are_no_words():
    sounds = [(0, 1, "a", True), (2, 3, "—", True), (4, 5, "b", False)]

    assert [word for word, *_ in words("x — y", sounds)] == ["x", "y"]


def test_what_is_not_said_belongs_to_the_word_that_it_stands_in():
    sounds = [(0, 1, "a", True), (2, 3, "", False), (3, 7, "bc", False), (7, 8, ".", True), (9, 10, "", False)]

    assert [word for word, *_ in words("x $3.50. 😀", sounds)] == ["x", "$3.50."]


def test_parts_of_one_word_are_one_word():
    sounds = [(0, 4, "ab", False), (4, 5, "", False), (5, 10, "cd", True), (11, 12, "e", False)]

    assert [word for word, *_ in words("well-known x", sounds)] == ["well-known", "x"]


def test_words_of_the_east_stand_by_themselves():
    text = "你好，世界abc说"
    sounds = [(0, 2, "ab", False), (2, 3, ",", True), (3, 5, "cd", False), (5, 8, "e", True), (8, 9, "f", False)]

    assert [word for word, *_ in words(text, sounds)] == ["你好，", "世界", "abc", "说"]


def test_times_move_with_what_was_left_out_and_never_leave_the_audio():
    sounds = [(0, 2, "ab", True), (3, 4, "c", False)]

    assert words("hi u", sounds, offset=-3 * FRAME, length=6 * FRAME) == [("hi", 0, 4), ("u", 4, 6)]


def test_a_word_that_has_no_time_is_not_told():
    assert words("hi u", [(0, 2, "ab", True), (3, 4, "c", False)], length=0) == []


@pytest.mark.parametrize("frames", [[5, 1, 1, 4, 3, 7], [1, 9, 9, 1, 1, 1]])
def test_words_do_not_overlap(frames):
    (first, _, ended), (second, started, _) = words("hi u", [(0, 2, "ab", True), (3, 4, "c", False)], frames=frames)

    assert (first, second) == ("hi", "u")
    assert ended == started == sum(frames[:3]) + frames[3] / 2
