from pathlib import Path

import pytest

from loadtest.segmentation.texts import BadText, from_marked, read_own, read_public

REPLIES = Path("tests/gateway/core/segmenter/replies")


def marked(text):
    return from_marked(text, "replies", "en", "plain")


def test_marks_say_where_a_text_may_be_cut():
    text = marked("Great!‖ 🎉⁞ It¦ works.")

    assert text.text == "Great! 🎉 It works."
    assert text.ends == (frozenset({6, 7}),)
    assert text.allowed == {9}


def test_the_end_of_a_text_is_no_place():
    assert marked("One.‖ Two.‖").ends == (frozenset({4}),)


def test_a_file_holds_texts_of_one_language(tmp_path):
    (tmp_path / "fr.txt").write_text("== plain\nOui.‖\nNon.\n== lists\n1. Un\n", encoding="utf-8")

    texts = read_own(tmp_path, "replies")

    assert [(text.language, text.category, text.text) for text in texts] == [
        ("fr", "plain", "Oui.\nNon."),
        ("fr", "lists", "1. Un"),
    ]


def test_a_file_that_begins_with_something_else_is_refused(tmp_path):
    (tmp_path / "fr.txt").write_text("Oui.\n== plain\nNon.", encoding="utf-8")

    with pytest.raises(BadText, match=r"fr\.txt"):
        read_own(tmp_path, "replies")


def test_another_place_needs_an_end():
    with pytest.raises(BadText, match="there is none"):
        marked("Great! 🎉⁞ It works.")


def test_public_texts_are_read_where_they_are(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "1", "lang": "de", "cat": "pud", "text": "A b. C", "req": [[4]], "opt": [1]}\n')

    (text,) = read_public(path, "paragraphs")

    assert (text.language, text.category, text.ends, text.allowed) == ("de", "pud/1", (frozenset({3}),), {1})
    assert read_public(tmp_path / "none.jsonl", "paragraphs") == []


def test_the_replies_are_many_and_of_many_kinds():
    texts = read_own(REPLIES, "replies") + read_own(REPLIES / "held_out", "held out")

    assert len(texts) >= 400
    assert len({text.language for text in texts}) >= 30
    assert len({text.category for text in texts}) >= 40
    assert len({text.text for text in texts}) == len(texts)
