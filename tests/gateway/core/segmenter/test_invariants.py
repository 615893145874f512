"""What holds for every text and for every way in which it arrives."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.segmenter import Segmenter
from gateway.core.segmenter.graphemes import splits_grapheme
from loadtest.segmentation import invariants
from loadtest.segmentation.fuzz import characters, fragments
from loadtest.segmentation.invariants import FRAGMENTS, check, pieces_of

TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=60).map("".join)
LANGUAGES = st.sampled_from(invariants.LANGUAGES)


@st.composite
def parts_of_texts(draw: st.DrawFn) -> list[str]:
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return [text[start:end] for start, end in itertools.pairwise([0, *places, len(text)])]


@given(LANGUAGES, parts_of_texts())
def test_the_pieces_are_the_text_and_do_not_depend_on_how_it_arrives(language, parts):
    check(language, parts)


@given(st.binary(max_size=60))
def test_the_targets_of_fuzzing_hold_for_any_bytes(data):
    fragments(data)
    characters(data)


@given(LANGUAGES, TEXTS)
def test_no_piece_cuts_a_grapheme(language, text):
    for piece in pieces_of(language, [text]):
        assert piece.start == 0 or not splits_grapheme(text, 0, piece.start)


@given(LANGUAGES, TEXTS)
def test_only_a_piece_without_words_is_unspeakable(language, text):
    for piece in pieces_of(language, [text]):
        assert piece.speakable or not any(character.isalnum() for character in piece.text)


@given(LANGUAGES, st.lists(TEXTS, max_size=4))
def test_turns_do_not_know_of_each_other(language, turns):
    one = Segmenter(language)
    for turn in turns:
        pieces = one.append(turn) + one.flush()
        alone = Segmenter(language)
        assert [piece.text for piece in pieces] == [piece.text for piece in alone.append(turn) + alone.flush()]


@given(st.sampled_from(["3.14", "1,000.50", "12:30", "v2.0.1", "me.too@x.org", "https://x.org/a.b?Q=1", "www.x.org"]))
def test_a_number_or_link_is_whole_wherever_it_stands(token):
    for text in (
        f"{token} is it.",
        f"It is {token}, yes.",
        f"It is {token}. Yes.",
        f"So many words, and then {token}! Yes",
    ):
        assert any(token in piece.text for piece in pieces_of("en", list(text)))
