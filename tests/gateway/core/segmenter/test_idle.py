"""What a pause of the writer releases."""

import copy
from pathlib import Path

import pytest

from gateway.core.segmenter import Boundary, Segmenter
from loadtest.segmentation.feeds import tokens
from loadtest.segmentation.texts import ranks, read_own

REPLIES = Path(__file__).parent / "replies"


def idle(text, language="en"):
    segmenter = Segmenter(language)
    segmenter.append("Good morning.\n" + text)
    return [(piece.text.strip(), piece.boundary) for piece in segmenter.idle()]


@pytest.mark.parametrize(
    "text",
    [
        "It is done.",
        "It is done!",
        "Is it done?",
        'He said "done."',
        "It is (nearly) done.)",
        "It was in 1990.",
        "It failed (see the log).",
        "“It works!”",
        "好了。",
    ],
)
def test_a_sentence_that_looks_finished(text):
    assert idle(text) == [(text, Boundary.SENTENCE)]


def test_a_clause():
    assert idle("I looked at your order,") == [("I looked at your order,", Boundary.CLAUSE)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It is do", "en"),
        ("It is 3.", "en"),
        ("Write to jane.doe.", "en"),
        ("See example.org/?", "en"),
        ("Il a dit : « Je viens.", "fr"),
        ("It was (so it seemed.", "en"),
        ("Nehmen Sie Obst, z.", "de"),
        ("Er kommt etc.", "de"),
        ("Le Mgr.", "fr"),
        ("Wait .", "en"),
        ("It is done ", "en"),
        ("Ask Dr.", "en"),
        ("It is No.", "en"),
        ("Ask J.", "en"),
        ("He came at 5 p.m.", "en"),
        ("He lives in the U.S.", "en"),
        ("Well...", "en"),
        ("Well…", "en"),
        ("See www.example.", "en"),
        ("Write to me@example.", "en"),
        ("Am 3.", "de"),
        ("1.", "en"),
        ("`a.", "en"),
        ("Sure,", "en"),
    ],
)
def test_nothing_that_may_go_on(text, language):
    assert idle(text, language) == []


def test_what_was_released_is_not_given_again():
    segmenter = Segmenter()
    segmenter.append("It is done.")
    (released,) = segmenter.idle()

    assert segmenter.idle() == []
    assert [piece.text for piece in segmenter.append(" Then this. And")] == [" Then this."]
    assert released.end == 11


@pytest.mark.parametrize(
    ("text", "number"), [("It is 3.", True), ("It is 3", True), ("3,", True), ("3 or more", False)]
)
def test_a_number_may_go_on(text, number):
    segmenter = Segmenter()
    segmenter.append(text)

    assert segmenter.ends_in_number is number


def pauses(text):
    """A writer pauses after each token that ends with a mark: is a sentence over, and is it released?"""
    segmenter, at, places = Segmenter(text.language), 0, ranks(text.text)
    for token in tokens(text.text):
        segmenter.append(token)
        at += len(token)
        if at == len(text.text) or not token.endswith(tuple(".!?…。！？।\"”)»'")):
            continue
        released = any(piece.boundary is Boundary.SENTENCE for piece in copy.deepcopy(segmenter).idle())
        if any(places[at] in end for end in text.ends):
            yield True, released
        elif token.endswith(tuple(".!?…。！？।")) and places[at] not in text.allowed:
            yield False, released


@pytest.mark.slow
def test_a_pause_releases_most_sentences_and_little_else():
    """The texts are full of abbreviations, numbers and file names; the study's aim is 75 % and 6 %."""
    texts = read_own(REPLIES, "replies") + read_own(REPLIES / "held_out", "held out")
    seen = [pause for text in texts for pause in pauses(text)]
    over = [released for true, released in seen if true]
    going_on = [released for true, released in seen if not true]

    assert len(over) > 800
    assert len(going_on) > 800
    assert sum(over) / len(over) >= 0.75
    assert sum(going_on) / len(going_on) <= 0.06
