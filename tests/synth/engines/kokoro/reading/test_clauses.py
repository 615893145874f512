from hypothesis import given, settings
from hypothesis import strategies as st

from synth.engines import Phonemes
from synth.engines.kokoro.reading.clauses import LONGEST, divide


def parts(text, spans=(), *, foreign=False):
    return [(each.kind, text[each.start : each.end]) for each in divide(text, spans, foreign=foreign)]


def test_punctuation_divides_and_stands_by_itself():
    assert parts("Hola, ¿qué tal? – Bien (creo).") == [
        ("clause", "Hola"), ("mark", ","), ("mark", "¿"), ("clause", "qué tal"), ("mark", "?"), ("mark", "–"),
        ("clause", "Bien"), ("mark", "("), ("clause", "creo"), ("mark", ")"), ("mark", "."),
    ]  # fmt: skip


def test_numbers_times_and_addresses_are_not_divided():
    assert parts("3,14 a las 20:30 en example.com.") == [("clause", "3,14 a las 20:30 en example.com"), ("mark", ".")]


def test_a_hyphen_divides_only_between_words():
    assert parts("aujourd-hui - oui") == [("clause", "aujourd-hui"), ("mark", "-"), ("clause", "oui")]


def test_what_the_client_told_is_cut_out():
    assert parts("Vous avez Zoé, ici", [Phonemes(10, 13, "zoe")]) == [
        ("clause", "Vous avez"), ("told", "Zoé"), ("mark", ","), ("clause", "ici"),
    ]  # fmt: skip


def test_latin_words_are_another_languages_where_that_is_asked():
    text = "我用Voxgate service说话。"

    assert parts(text, foreign=True) == [
        ("clause", "我用"), ("foreign", "Voxgate service"), ("clause", "说话"), ("mark", "。"),
    ]  # fmt: skip
    assert parts(text) == [("clause", "我用Voxgate service说话"), ("mark", "。")]


SPANS = st.lists(st.integers(0, 200), unique=True, max_size=6).map(sorted)


@settings(deadline=None)
@given(st.text(max_size=200), SPANS, st.booleans())
def test_nothing_but_white_space_is_left_out_and_all_is_in_order(text, edges, foreign):
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    spans = [Phonemes(start, end, "a") for start, end in pairs if end <= len(text)]
    found = list(divide(text, spans, foreign=foreign))

    position = 0
    for each in found:
        assert not text[position : each.start].strip()
        assert each.start < each.end
        position = each.end
    assert not text[position:].strip()
    assert all(each.end - each.start <= LONGEST for each in found if each.kind != "told")


@settings(deadline=None)
@given(st.sampled_from(["a", "1", "a.", "'s", "你", "x-", "é "]), st.integers(1, 3000))
def test_no_clause_has_a_run_that_espeak_would_trip_over(piece, count):
    text = piece * count
    for each in divide(text, (), foreign=False):
        if each.kind == "clause" and piece != "你":
            assert max(map(len, text[each.start : each.end].split())) <= 41
