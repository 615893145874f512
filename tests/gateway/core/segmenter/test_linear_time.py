"""A client must not be able to hold a worker up with one message."""

import time

import pytest

from gateway.core.segmenter import Segmenter

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


@pytest.mark.parametrize("unit", ["a", "a.b.c.", "1234567890"])
def test_a_megabyte_without_a_place_to_cut_takes_a_second_or_two(unit):
    assert seconds(unit * (MEGABYTE // len(unit)), MEGABYTE) < 2
