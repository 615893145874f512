"""A client must not be able to hold the gateway up with marks, or with a dictionary."""

import time

import pytest

from gateway.core.cleaning import Dictionary, Pronouncer, Pronunciation, Run, Scrub, open_cleaner
from gateway.core.manuscript import Manuscript

pytestmark = pytest.mark.slow

SIZE = 20_000
UNITS = {
    "plain": ("a", "😀", "a😀", "\x00", "\u200b"),
    "markdown": (
        "a", "*", "**a", "_a", "`", "``` ", "[", "[a", "[[a]", "](", "[a](", "![", "<", "<a ", "<b x=", "&", "\\", "|",
        "| a ", "# ", ">", "- ", "---\n", "\n", " ", "~~", "<!--", "-->", "[x]: ", "[^", "a\n", "=", "|-", "<b a='x' ",
    ),
    "ssml": ("a", "<p>x</p>", "&amp;", "<break/>", "<!-- x -->", "<sub alias='x'>y</sub>", "'", " "),
}  # fmt: skip


def clean(text_format, text, size):
    cleaner, scrub, started = open_cleaner(text_format, "en"), Scrub(), time.process_time()
    for place in range(0, len(text), size):
        list(scrub.scrub(cleaner.append(text[place : place + size])))
    return time.process_time() - started


def best(measure, *args):
    """The best of three: the machine has other things to do."""
    return min(measure(*args) for _ in range(3))


@pytest.mark.parametrize(("text_format", "unit"), [(name, unit) for name, units in UNITS.items() for unit in units])
@pytest.mark.parametrize("size", [1, SIZE])
def test_time_grows_with_the_text_and_no_faster(text_format, unit, size):
    half = unit * (SIZE // 2 // len(unit))

    assert best(clean, text_format, half + half, size) < 3.5 * best(clean, text_format, half, size) + 0.05


def pronounce(dictionary, text, size):
    pronouncer, started = Pronouncer(dictionary), time.process_time()
    for place in range(0, len(text), size):
        list(pronouncer.apply([Run(text[place : place + size], place, min(place + size, len(text)))]))
    return time.process_time() - started


@pytest.mark.parametrize(
    "unit",
    ["word ", "a", "字", "字a", "aa ", "New York "],
)
@pytest.mark.parametrize("size", [1, SIZE])
def test_a_dictionary_costs_the_same_for_every_character(unit, size):
    phrases = (
        {"字" * length for length in range(1, 90)} | {"a" * length + "b" for length in range(1, 90)} | {"New York City"}
    )
    dictionary = Dictionary([Pronunciation(phrase, "x") for phrase in phrases])
    half = unit * (SIZE // 2 // len(unit))

    assert best(pronounce, dictionary, half + half, size) < 3.5 * best(pronounce, dictionary, half, size) + 0.05


def test_a_thousand_entries_cost_hardly_more_than_ten():
    text = "the word that is looked for is somewhere in here " * 1000
    few = Dictionary([Pronunciation(f"t{number}here", "x") for number in range(10)])
    many = Dictionary([Pronunciation(f"t{number}here", "x") for number in range(1000)])

    assert best(pronounce, many, text, 2048) < 2 * best(pronounce, few, text, 2048) + 0.02


def test_a_megabyte_of_markdown_takes_a_second_or_two():
    text = "Well, this is **bold**, and `code` and a [link](http://x.y), so it goes on and on & on. " * 11_000

    manuscript, started = Manuscript("markdown", "en"), time.process_time()
    for place in range(0, len(text), 2048):
        manuscript.append(text[place : place + 2048])
    manuscript.flush()

    assert time.process_time() - started < 6
