import random

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning.markdown import MarkdownCleaner
from gateway.core.cleaning.parts import Run

SNIPPETS = (
    "*", "**", "***", "_", "__", "~~", "~", "`", "``", "```", "```py\n", "~~~\n", "[", "]", "(", ")", "](", "][", "![",
    "[^1]", "]: ", "[a]: ", "/x", "<", ">", "</b>", "<b>", "<br/>", '<a href="x">', "<!--", "-->", "<https://a.b>",
    "&", "&amp;", "&#39;", ";", "\\", "|", "| a | b |\n", "|---|:-:|\n", "- ", "+ ", "* ", "- [x] ", "1. ", "# ", "###",
    ">", "> ", "---\n", "***\n", "===\n", "\n", "\n\n", "\r\n", " ", "    ", "\t", "a", "word", "Hello world. ", "2*3",
    "snake_case", "中文", "é", "!", "http://x.y/(z)", ":", "=", '"', "'", "x" * 40,
)  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(SNIPPETS), max_size=25).map("".join)


@given(MARKDOWN | st.text(max_size=60), st.randoms(use_true_random=False))
def test_what_is_said_does_not_depend_on_how_the_text_was_cut(new_feed, merge, text, cut):
    whole = merge(new_feed(MarkdownCleaner(), text))

    assert merge(new_feed(MarkdownCleaner(), text, 1)) == whole
    assert merge(new_feed(MarkdownCleaner(), text, cut)) == whole


@given(MARKDOWN, st.randoms(use_true_random=False))
def test_every_run_stands_where_it_says_in_the_clients_text(new_feed, text, cut):
    last = 0
    for part in new_feed(MarkdownCleaner(), text, cut):
        assert isinstance(part, Run)
        assert last <= part.start < part.end <= len(text)
        assert part.whole or text[part.start : part.end] == part.text
        last = part.end


@given(MARKDOWN)
def test_little_is_held_back(text):
    cleaner = MarkdownCleaner()
    for character in text * 4:
        cleaner.append(character)
        assert len(cleaner._buffer.text) <= 700


@given(MARKDOWN, MARKDOWN)
def test_nothing_is_left_after_a_clear(new_feed, merge, before, after):
    cleaner = MarkdownCleaner()
    cleaner.append(before)
    cleaner.clear()

    shifted = [
        Run(part.text, part.start - len(before), part.end - len(before), part.whole)
        for part in new_feed(cleaner, after)
    ]
    assert merge(shifted) == merge(new_feed(MarkdownCleaner(), after))


@given(st.randoms(use_true_random=False))
def test_prose_passes_untouched(new_feed, merge, cut):
    words = [
        "well",
        "it's",
        "3.14",
        "a_b",
        "snake_case_name",
        "2*3",
        "C#",
        "#1",
        "~5",
        "<3",
        "R&D",
        "$5",
        "50%",
        "(so)",
        "—",
        "é",
    ]
    text = " ".join(random.Random(cut.random()).choices(words, k=20))

    assert merge(new_feed(MarkdownCleaner(), "So " + text, cut)) == [Run("So " + text, 0, len(text) + 3)]
