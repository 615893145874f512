"""A client must not be able to hold a worker up with one message."""

import itertools
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.segmenter import Segmenter
from loadtest.segmentation.feeds import tokens
from loadtest.segmentation.fuzz import work
from loadtest.segmentation.speed import WORDS

MEGABYTE = 1_000_000
pytestmark = pytest.mark.slow

TEXTS = [
    "a",
    "a.b.c.",
    "1234567890",
    "3.14",
    " ",
    "\n",
    ".",
    "?!",
    "Dr. ",
    "U. S. ",
    "a, ",
    "中",
    "中。",
    'a?"',
    "e\u0301",
]


def seconds(text: str, size: int) -> float:
    """The best of three: the machine has other things to do."""
    return min(_once(text, size) for _ in range(3))


def _once(text: str, size: int) -> float:
    segmenter, started = Segmenter(), time.process_time()
    for place in range(0, len(text), size):
        segmenter.append(text[place : place + size])
    segmenter.flush()
    return time.process_time() - started


@pytest.mark.parametrize("unit", TEXTS)
@pytest.mark.parametrize("size", [7, MEGABYTE])
def test_time_grows_with_the_text_and_no_faster(unit, size):
    half = unit * (MEGABYTE // 25 // len(unit))

    assert seconds(half + half, size) < 3.5 * seconds(half, size) + 0.05


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=10))
def test_twice_the_text_is_twice_the_work(data):
    work(data)


@pytest.mark.parametrize("unit", ["a", "a.b.c.", "1234567890", WORDS])
def test_a_megabyte_without_a_place_to_cut_takes_less_than_a_second(unit):
    assert seconds(unit * (MEGABYTE // len(unit)), MEGABYTE) < 1


def test_a_megabyte_that_streams_in_takes_less_than_a_second_and_no_memory():
    parts = tokens(WORDS * (MEGABYTE // len(WORDS)))
    segmenter, started = Segmenter(), time.process_time()
    for part in parts:
        segmenter.append(part)
    assert time.process_time() - started < 1

    tracemalloc.start()
    for part in itertools.islice(parts, 100_000):
        segmenter.append(part)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()
