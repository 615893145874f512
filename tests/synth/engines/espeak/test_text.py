import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.engines import Phonemes
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
    sources = [script.source(position) for position in range(len(script.text))]
    breaks = [at for at, source in enumerate(sources) if sources[at + 1 : at + 2] == [source]]
    kept = [position for position in range(len(script.text)) if position not in breaks]

    assert [sources[position] for position in kept] == list(range(len(text)))
    assert all(script.text[p] in (text[sources[p]], " ") for p in kept if text[sources[p]].isascii())
    assert all(script.text[p] == "\n" for p in breaks)


def test_phonemes_stand_in_the_place_of_their_text_each_word_in_brackets_of_its_own():
    script = write_script("Say New York [now]].", [Phonemes(4, 12, "one two")], lambda ipa: ipa.upper())

    assert script.text == "Say [[ONE]] [[TWO]] (now]]."
    assert script.phonemes
    assert [script.source(script.text.index(found)) for found in ("Say", "ONE", "TWO", "now")] == [0, 4, 4, 14]


def test_brackets_of_a_text_without_phonemes_are_left_as_they_are():
    script = write_script("a [[b]] c")

    assert script.text == "a [[b]] c"
    assert not script.phonemes


@given(
    st.text(alphabet="ab[] .'\n", min_size=1, max_size=40),
    st.lists(st.integers(0, 39), max_size=6),
)
def test_only_phonemes_stand_in_double_brackets(text, cuts):
    edges = sorted({cut for cut in cuts if cut <= len(text)})
    spans = [Phonemes(start, end, "#") for start, end in zip(edges[::2], edges[1::2], strict=False)]

    script = write_script(text, spans)

    if spans:
        assert script.text.count("[[") == script.text.count("[[#]]") == len(spans)


@pytest.mark.parametrize("piece", ["a", "a.", "'", "<", " ", "é.b'", "\x01"])
def test_the_time_taken_grows_with_the_text_and_no_faster(piece):
    def took(count):
        text, began = piece * count, time.process_time()
        write_script(text)
        return time.process_time() - began

    assert took(100_000 // len(piece)) < 1.0
