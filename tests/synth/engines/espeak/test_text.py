import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.engines.espeak.text import MAX_WORD, write_script


def test_ordinary_text_is_left_as_it_is():
    text = "It's 5 o'clock at N.A.S.A., isn't it?\nWe'd've said so: don't, can't, won't!\n\n\tGrüße, 今天 😀 👨‍👩‍👧"

    assert write_script(text).text == text


@pytest.mark.parametrize("command", ["\x01", "\x00", "\x7f", "\x9b", "\ud800", "\u0530", "\u0557", "\ue000", "\x0b"])
def test_what_espeak_could_take_for_a_command_is_a_space(command):
    assert write_script(f"a{command}b").text == "a b"


def test_what_espeak_would_spell_by_its_code_is_read_as_what_it_means_or_not_at_all():
    assert write_script("ⓜⒶ🄱 ⠓⠊ ☃©№😀").text == "mAB    ☃©№😀"


@pytest.mark.parametrize("chain", ["a.", "s'", "s’", "a.b. ", "'s", "É."])
def test_endless_dotted_letters_and_suffixes_are_broken_up(chain):
    lines = write_script(chain * 200).text.splitlines()

    assert max(line.count(".") + line.count("'") + line.count("’") for line in lines) <= 9


def test_an_endless_word_is_broken_up():
    assert max(map(len, write_script("x" * 1000).text.split())) == MAX_WORD


def test_apostrophes_in_ordinary_words_break_nothing():
    text = "it's what he's said, she's done, they're gone, we'll see, I'd go, you've won, don't, can't, won't " * 5

    assert "\n" not in write_script(text).text


@given(st.text(alphabet=st.sampled_from("ab.'’ \n\x01é😀"), max_size=300) | st.text(max_size=300))
def test_every_character_can_be_found_again_in_the_text_given(text):
    script = write_script(text)
    broken = set(script.breaks)

    kept = [position for position in range(len(script.text)) if position not in broken]

    assert [script.source(position) for position in kept] == list(range(len(text)))
    assert all(script.text[p] in (text[script.source(p)], " ") for p in kept if text[script.source(p)].isascii())
    assert all(script.text[p] == "\n" for p in broken)


@pytest.mark.parametrize("piece", ["a", "a.", "'", "<", " ", "é.b'", "\x01"])
def test_the_time_taken_grows_with_the_text_and_no_faster(piece):
    def took(count):
        text, began = piece * count, time.process_time()
        write_script(text)
        return time.process_time() - began

    assert took(100_000 // len(piece)) < 1.0
