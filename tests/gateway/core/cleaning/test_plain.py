import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning import PlainCleaner, Run, Scrub


def scrubbed(*texts):
    cleaner, scrub, parts = PlainCleaner(), Scrub(), []
    for text in texts:
        parts += scrub.scrub(cleaner.append(text))
    return parts


def said(*texts):
    return "".join(part.text for part in scrubbed(*texts))


@pytest.mark.parametrize(
    "text",
    [
        "snake_case, 2*3, <3, a_b, C#, ~5, #1, R&D, a->b, `x`, **not bold**, [sic], <b>, &amp;, | a |, 3.14",
        "Größe, naïve café, 今天好, مرحبا, שלום, नमस्ते, สวัสดี, 한국어, Ελλάδα, ½ ² № ° ™ © € ± × → …",
        "tabs\tand\nlines\r\nand\u00a0hard spaces",
        "कर्\u200dम می\u200cخواهم",  # joiners that mean something
        ":) ;-) <3 (c)",
    ],
)
def test_what_can_be_said_passes_untouched_as_one_run(text):
    assert scrubbed(text) == [Run(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Hello 😀 there", "Hello  there"),
        ("Hello😀there", "Hello there"),
        ("Great!👍🏽 Next", "Great!  Next"),
        ("👨‍👩‍👧 family", " family"),
        ("🇩🇪 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿", " and "),
        ("1️⃣ first", "1 first"),
        ("done ✅.", "done ."),
        ("I ❤️ it", "I  it"),
        ("a\x00b\x07c", "a b c"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x"),
        ("a\ue000b\ud800c\uffff", "abc"),
        ("a\u200db", "ab"),  # a joiner that joins nothing
    ],
)
def test_what_no_voice_has_a_sound_for_is_left_out(text, heard):
    assert said(text) == heard
    assert said(*text) == heard


@given(st.lists(st.text(alphabet=st.sampled_from("ab \n😀👍🏽\u200d\ufe0f\x00\u200b1️⃣नक्"), max_size=8), max_size=6))
def test_how_the_text_was_cut_changes_nothing(texts):
    assert said(*texts) == said("".join(texts))


@given(st.text(max_size=80))
def test_no_text_is_too_strange_and_every_run_stands_where_it_says(text):
    last = 0
    for run in scrubbed(text):
        assert last <= run.start < run.end <= len(text)
        assert run.whole or text[run.start : run.end] == run.text
        last = run.end


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cf"]), min_size=1, max_size=80))
def test_latin_text_is_never_touched(text):
    assert scrubbed(text) == [Run(text, 0, len(text))]
