"""Long texts as several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voxgate.book import cut, name_of
from voxgate.jobs_api import Wanted


def test_a_text_that_fits_is_left_alone():
    assert cut("One.\n\nTwo.", 100) == ["One.\n\nTwo."]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("aaaa aa.\n\nbbbb. b\nb b", ["aaaa aa.\n\n", "bbbb. b\nb b"]),
        ("aaaa a. aa\nbbbb b", ["aaaa a. aa\n", "bbbb b"]),
        ("aaaa aaa. bbbb b", ["aaaa aaa. ", "bbbb b"]),
        ("aaaaaaaa bbbb b", ["aaaaaaaa ", "bbbb b"]),
        ("a" * 25, ["a" * 12, "a" * 12, "a"]),
    ],
)
def test_it_is_cut_where_a_listener_hears_it_least(text, parts):
    assert cut(text, 12) == parts


@given(st.text(alphabet="ab. \n", max_size=300), st.integers(1, 50))
def test_parts_are_the_text_and_none_is_too_long_or_empty(text, most):
    parts = cut(text, most)

    assert all(part.strip() and len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_name_is_that_of_text_and_settings():
    one = Wanted("One.", "mp3", "ann")

    assert name_of(one) == name_of(Wanted("One.", "mp3", "ann"))
    assert len({name_of(each) for each in (one, Wanted("Two.", "mp3", "ann"), Wanted("One.", "wav", "ann"))}) == 3
    assert len(name_of(one)) < 255
