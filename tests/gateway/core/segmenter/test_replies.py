"""The targets, on our own texts. The public ones and the peers are in `make bench-segmentation`."""

from pathlib import Path

import pytest

from loadtest.segmentation.bench import HELD_OUT, OWN, measure
from loadtest.segmentation.stall import measure_stalls
from loadtest.segmentation.streams import OurPieces, Ours
from loadtest.segmentation.texts import read_own

REPLIES = Path("tests/gateway/core/segmenter/replies")
TEXTS = read_own(REPLIES, OWN) + read_own(REPLIES / "held_out", HELD_OUT)


@pytest.fixture(scope="module")
def sentences():
    return measure("sentences", Ours, TEXTS, stability=[], speed=False)


@pytest.mark.parametrize("group", [OWN, HELD_OUT])
def test_sentences_end_where_a_reader_ends_them(sentences, group):
    assert sentences.score(group, ["en"]).f1 >= 98
    assert sentences.score(group, but="en").f1 >= 96


def test_a_sentence_waits_for_little_more_than_one_token(sentences):
    assert sentences.delays.mean <= 1.1
    assert sentences.delays.percentile(0.95) <= 2
    assert sentences.delays.flush_share <= 1


@pytest.mark.parametrize("kind", [Ours, OurPieces])
def test_no_cut_is_one_that_nobody_forgives(kind):
    result = measure("ours", kind, TEXTS, stability=[], speed=False)

    assert [error for errors in result.errors.values() for error in errors] == []
    assert result.changed == 0


@pytest.mark.slow
def test_a_pause_of_the_writer_releases_what_is_finished_and_little_else():
    stalls = measure_stalls(TEXTS)

    assert stalls.released >= 0.75 * stalls.ends
    assert stalls.fallen <= 0.06 * stalls.traps


@pytest.mark.slow
def test_every_text_is_cut_the_same_however_it_arrives():
    result = measure("ours", OurPieces, [], stability=TEXTS, speed=False)

    assert result.stable == len(TEXTS)
