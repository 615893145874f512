"""From the client's text to pieces: offsets, styles, pauses, and that nothing is lost."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning import Pronunciation
from gateway.core.manuscript import Manuscript
from gateway.core.segmenter import Origin, Piece, join
from gateway.core.style import PLAIN_STYLE, Style
from gateway.errors import InvalidText

WORDS = (Pronunciation("ASAP", "as soon as possible"), Pronunciation("nginx", ipa="ɛndʒɪnɛks"))


def read(text, text_format="plain", cut=None, words=WORDS):
    manuscript, pieces, at = Manuscript(text_format, "en", words), [], 0
    while at < len(text):
        length = cut.randint(1, 6) if isinstance(cut, random.Random) else cut or len(text)
        pieces += manuscript.append(text[at : at + length])
        at += length
    return pieces + manuscript.flush()


def heard(pieces):
    return [piece.text for piece in pieces if piece.text]


def test_plain_text_is_itself_and_needs_no_map():
    text = "Hello there, friend. It is snake_case, 2*3 and <3."

    pieces = read(text)

    assert "".join(heard(pieces)) == text
    assert all(piece.origins == () and piece.style == PLAIN_STYLE for piece in pieces)


def test_a_word_of_a_piece_is_found_in_the_clients_text():
    text = "Say **Hi** ASAP, nginx & all."
    piece = join(read(text, "markdown"))

    assert piece.text == "Say Hi as soon as possible, nginx & all."
    assert (piece.start, piece.end) == (0, len(text))

    def source(word):
        start, end = piece.source(piece.text.index(word), piece.text.index(word) + len(word))
        return text[start:end]

    assert [source(word) for word in ("Say", "Hi", "soon", "nginx", "all.")] == ["Say", "Hi", "ASAP", "nginx", "all."]
    assert source("Hi as") == "Hi** ASAP"
    assert [origin.ipa for origin in piece.origins if origin.ipa] == ["ɛndʒɪnɛks"]


def test_what_is_not_spoken_belongs_to_the_piece_after_it_and_at_the_end_to_one_without_words():
    pieces = read("**One.** *Two.* ![](x)", "markdown", words=())

    assert [(piece.text, piece.start, piece.end) for piece in pieces] == [
        ("One.", 0, 6),
        (" Two. ", 6, 16),
        ("", 16, 22),
    ]


def test_text_that_is_all_markup_is_a_piece_without_words():
    assert [(piece.text, piece.start, piece.end, piece.speakable) for piece in read("```\ncode\n```", "markdown")] == [
        ("", 0, 12, False)
    ]


def test_a_pause_and_a_style_end_a_piece():
    text = 'One two <break time="1s"/>three <prosody rate="fast">four</prosody> five.'
    pieces = read(text, "ssml")

    assert [(piece.text, piece.silence, piece.style.speed) for piece in pieces] == [
        ("One two ", None, 1.0),
        ("", 1.0, 1.0),
        ("three ", None, 1.0),
        ("four ", None, 1.5),
        ("five.", None, 1.0),
    ]
    assert not any(one.may_join(other) for one, other in pairwise(pieces))


def test_sentences_without_white_space_between_them_are_not_joined():
    pieces = read("<s>One.</s><s>Two.</s>", "ssml")

    assert [(piece.text, piece.silence) for piece in pieces] == [("One.", None), ("", 0.0), ("Two.", None), ("", None)]


def test_another_language_is_cut_by_its_own_rules():
    german = "Das ist z. B. gut. Ja."

    pieces = read(f'One. <lang xml:lang="de">{german}</lang>', "ssml")

    assert [(piece.text, piece.style.language) for piece in pieces if piece.style.language] == [
        ("Das ist z. B. gut.", "de"),
        (" Ja.", "de"),
    ]


def test_a_clear_forgets_text_markup_and_style():
    manuscript = Manuscript("ssml", "en", WORDS)
    before = '<speak><prosody rate="slow">One. Two ngi'
    manuscript.append(before)
    manuscript.clear()

    piece, _ = [*manuscript.append("<speak>nx three</speak>"), *manuscript.flush()]

    assert (piece.text, piece.style, piece.start) == ("nx three", PLAIN_STYLE, len(before))


def test_everything_but_incomplete_markup_can_be_released():
    manuscript = Manuscript("markdown", "en", ())
    said = [*manuscript.append("and so **"), *manuscript.release()]

    assert heard(said) == ["and so "]
    assert heard([*manuscript.append("on**"), *manuscript.flush()]) == ["on"]


def test_a_phrase_that_may_go_on_is_released_as_it_stands():
    manuscript = Manuscript("plain", "en", (Pronunciation("New York", "N Y"), Pronunciation("New", "no")))

    assert heard([*manuscript.append("It is New"), *manuscript.release()]) == ["It is no"]
    assert heard([*manuscript.append(" York"), *manuscript.flush()]) == [" York"]


def test_a_pronunciation_that_is_cut_is_pronounced_once():
    ipa = Origin(8, 0, 8, whole=True, ipa="x")

    assert ipa.split(3) == (Origin(3, 0, 8, whole=True, ipa="x"), Origin(5, 0, 8, whole=True))


def test_verbatim_pieces_join_to_a_verbatim_piece():
    joined = join(read("One. Two. Three."))

    assert joined == Piece("One. Two. Three.", 0, 16, True, joined.boundary)  # noqa: FBT003


SNIPPETS = {
    "plain": ["Hello. ", "😀", "ASAP", " nginx ", "a", "\n", "**", "<b>", ", and so ", "\x00"],
    "markdown": [
        "Hello. ", "**", "*", "- ", "# ", "\n", "`", "[", "](", ")", "ASAP", " nginx ", "|", "😀", "```", "<br>",
    ],
    "ssml": [
        "Hello. ", "<p>", "</p>", '<break time="1s"/>', '<prosody rate="slow">', "</prosody>", "&amp;", "ASAP", " ",
        '<sub alias="x. Y z">', "</sub>", '<phoneme ph="a">', "</phoneme>", '<lang xml:lang="de">', "</lang>",
    ],
}  # fmt: skip
TEXTS = st.sampled_from(sorted(SNIPPETS)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(SNIPPETS[name]), max_size=25).map("".join))
)


def attempt(text, text_format, cut):
    try:
        return read(text, text_format, cut)
    except InvalidText as error:
        return str(error)


@given(TEXTS, st.randoms(use_true_random=False))
def test_how_the_text_was_cut_changes_nothing(case, cut):
    text_format, text = case
    whole = attempt(text, text_format, None)

    assert attempt(text, text_format, 1) == whole
    assert attempt(text, text_format, cut) == whole


@given(TEXTS, st.randoms(use_true_random=False))
def test_pieces_cover_the_clients_text_and_every_origin_stands_where_it_says(case, cut):
    text_format, text = case
    pieces = attempt(text, text_format, cut)
    if isinstance(pieces, str):
        return
    told = 0
    for piece in pieces:
        assert piece.start == told <= piece.end
        told = piece.end
        if not piece.origins:
            assert piece.text in ("", text[piece.start : piece.end])
            continue
        assert sum(origin.length for origin in piece.origins) == len(piece.text)
        at = 0
        for origin in piece.origins:
            said = piece.text[at : at + origin.length]
            assert origin.start <= origin.end <= piece.end
            assert origin.start >= piece.start or origin.whole  # said in two pieces
            assert origin.whole or text[origin.start : origin.end].translate({10: " "}) == said.translate({10: " "})
            assert piece.source(at, at + origin.length) == (origin.start, origin.end) or origin.start == origin.end
            at += origin.length
    assert told == len(text)


@given(TEXTS)
def test_joining_keeps_what_each_piece_says(case):
    text_format, text = case
    pieces = attempt(text, text_format, None)
    if isinstance(pieces, str):
        return
    plain = [piece for piece in pieces if piece.silence is None and piece.style == Style()]
    if plain != pieces or not pieces:
        return
    joined, at = join(pieces), 0
    for piece in pieces:
        if piece.text:
            assert joined.source(at, at + len(piece.text)) == piece.source(0, len(piece.text))
        at += len(piece.text)


@pytest.mark.parametrize("text_format", sorted(SNIPPETS))
@given(text=st.text(max_size=60))
def test_no_text_is_too_strange(text_format, text):
    pieces = attempt(text, text_format, 1)

    assert isinstance(pieces, str) or sum(piece.end - piece.start for piece in pieces) == len(text)
