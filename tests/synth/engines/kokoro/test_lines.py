import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.engines.kokoro.lines import LONGEST, NOT_SPOKEN, lay_out
from synth.engines.kokoro.reading import Sound

VOCABULARY = {symbol: number for number, symbol in enumerate(" abcdefghijk.,;:!?—…()“”ˈ", start=1)}
SYMBOLS = {number: symbol for symbol, number in VOCABULARY.items()}


def sounds(text):
    """One for each word and mark of a text that is its own pronunciation."""
    found, position = [], 0
    for word in text.split(" "):
        parts = [word[:-1], word[-1]] if len(word) > 1 and word[-1] in NOT_SPOKEN else [word]
        for part in parts:
            last = part is parts[-1] and position + len(part) < len(text)
            found.append(Sound(position, position + len(part), part, space=last))
            position += len(part)
        position += 1
    return found


def said(line):
    assert line.tokens[0] == line.tokens[-1] == 0
    return "".join(SYMBOLS[token] for token in line.tokens[1:-1])


def lines(text, longest=LONGEST):
    return [said(line) for line in lay_out(sounds(text), VOCABULARY, longest)[0]]


def test_a_text_that_fits_is_one_line():
    assert lines("abc, def. ghi!") == ["abc, def. ghi!"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("aa bb. cc, dd ee ff", ["aa bb.", "cc, dd ee ff"]),
        ("aa bb; cc, dd ee ff", ["aa bb;", "cc, dd ee ff"]),
        ("aa; bb. cc: dd ee ff", ["aa; bb.", "cc: dd ee ff"]),
        ("aa, bb, cc dd ee ff", ["aa, bb,", "cc dd ee ff"]),
        ("aa bb cc dd ee ff gg", ["aa bb cc dd ee", "ff gg"]),
        ("abcdefghijkabcdefghijk", ["abcdefghijk", "abcdefghijk"]),
    ],
)
def test_a_longer_one_is_cut_at_the_last_place_of_the_best_kind(text, cut):
    assert lines(text, longest=14) == cut


def test_what_closes_a_sentence_stays_with_it():
    found = [Sound(0, 2, "ab"), Sound(2, 3, "."), Sound(3, 4, "”", space=True), Sound(5, 12, "abcdefg")]

    assert [said(line) for line in lay_out(found, VOCABULARY, 9)[0]] == ["ab.”", "abcdefg"]


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("abc", ""),
        ("abc.", "."),
        ("abc,", ","),
        ("abc —", "—"),
        ("abc.”", "."),
        ("abc?!", "!"),
        ("(abc)", ""),
        ("a. b", ""),
    ],
)
def test_a_line_knows_the_punctuation_that_ends_it(text, closing):
    found = [Sound(index, index + 1, symbol) for index, symbol in enumerate(text)]

    assert lay_out(found, VOCABULARY)[0][0].closing == closing


def test_symbols_that_the_model_lacks_are_dropped_and_counted():
    found, dropped = lay_out([Sound(0, 3, "aXbYZ")], VOCABULARY)

    assert ([said(line) for line in found], dropped) == (["ab"], 3)


@pytest.mark.parametrize("text", ["", "...", ", . —", "XYZ"])
def test_what_has_no_sound_makes_no_line(text):
    assert lay_out(sounds(text), VOCABULARY)[0] == []


def letters(text):
    return [symbol for symbol in text if symbol not in NOT_SPOKEN]


TEXTS = st.lists(
    st.text("abcdefg", min_size=1, max_size=12).flatmap(lambda word: st.sampled_from([word, f"{word},", f"{word}."])),
    min_size=1,
    max_size=60,
).map(" ".join)


@given(TEXTS, st.integers(2, 60))
def test_nothing_is_lost_no_line_is_too_long_and_the_text_is_told_in_order(text, longest):
    found, _ = lay_out(sounds(text), VOCABULARY, longest)

    assert letters("".join(said(line) for line in found)) == letters(text)  # marks that no line has room for may go
    assert all(1 <= line.symbols <= longest for line in found)
    edges = [edge for line in found for place in line.places for edge in (place.text_start, place.text_end)]
    assert edges == sorted(edges)
    for line in found:
        for place in line.places:
            assert set(said(line)[place.first - 1 : place.last - 1]) - {" "} or place.first == place.last
