"""What holds for every text and for every way in which it arrives."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.segmenter import Piece, Segmenter
from gateway.core.segmenter.graphemes import splits_grapheme
from gateway.core.segmenter.languages.language import words

WORDS = sorted(words("Dr e.g p.m U.S No z. B A I a The it and because iPhone Inc etc word 1 2 12 3.14 1,000.50 12:30"))
LINKS = ["example.com", "https://x.org/?Q=1", "me@x.org"]
MARKS = [". ", "! ", "? ", "... ", "… ", ", ", "; ", ": ", " — ", "1. ", "2. ", "• ", "« ", " »", "  ", "\r\n", "[1]"]
SIGNS = list(".!?…\n \u00a0-\"'()[“”„*`。，」「と？।؟中가\u0301\u200d👩🇩🏽")
LONG = ["words and more words ", "x" * 60, "7" * 40, "中" * 30, " " * 70, "!" * 70]
PARTS = [*WORDS, *LINKS, *MARKS, *SIGNS, *LONG]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=5), max_size=60).map("".join)
LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "it", "pt", "ja", "da", ""])


def speak(language: str, parts: list[str]) -> tuple[list[Piece], list[Piece]]:
    segmenter = Segmenter(language)
    appended = [piece for part in parts for piece in segmenter.append(part)]
    return appended, segmenter.flush()


@st.composite
def parts_of_texts(draw: st.DrawFn) -> list[str]:
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return [text[start:end] for start, end in itertools.pairwise([0, *places, len(text)])]


@settings(max_examples=300, deadline=None)
@given(LANGUAGES, parts_of_texts())
def test_the_pieces_are_the_text(language, parts):
    appended, flushed = speak(language, parts)
    pieces = appended + flushed

    assert "".join(piece.text for piece in pieces) == "".join(parts)
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]
    assert all(piece.end - piece.start == len(piece.text) > 0 for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(LANGUAGES, parts_of_texts())
def test_the_pieces_do_not_depend_on_how_the_text_arrives(language, parts):
    text = "".join(parts)

    assert speak(language, parts) == speak(language, [text]) == speak(language, list(text))


@settings(max_examples=300, deadline=None)
@given(LANGUAGES, TEXTS)
def test_no_piece_is_too_long_or_cuts_a_grapheme(language, text):
    appended, flushed = speak(language, [text])

    for piece in appended + flushed:
        assert len(piece.text) <= 400
        assert piece.start == 0 or not splits_grapheme(text, 0, piece.start)


@settings(max_examples=200, deadline=None)
@given(LANGUAGES, TEXTS)
def test_only_a_piece_without_words_is_unspeakable(language, text):
    appended, flushed = speak(language, [text])

    for piece in appended + flushed:
        assert piece.speakable or not any(character.isalnum() for character in piece.text)


@settings(max_examples=200, deadline=None)
@given(LANGUAGES, st.lists(TEXTS, max_size=4))
def test_turns_do_not_know_of_each_other(language, turns):
    one = Segmenter(language)
    for turn in turns:
        pieces = one.append(turn) + one.flush()
        alone = Segmenter(language)
        assert [piece.text for piece in pieces] == [piece.text for piece in alone.append(turn) + alone.flush()]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["3.14", "1,000.50", "12:30", "v2.0.1", "me.too@x.org", "https://x.org/a.b?Q=1", "www.x.org"]))
def test_a_number_or_link_is_whole_wherever_it_stands(token):
    for text in (
        f"{token} is it.",
        f"It is {token}, yes.",
        f"It is {token}. Yes.",
        f"So many words, and then {token}! Yes",
    ):
        appended, flushed = speak("en", list(text))
        assert any(token in piece.text for piece in appended + flushed)
