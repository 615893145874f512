import pytest

from gateway.core.cleaning import Run
from gateway.core.cleaning.markdown import MarkdownCleaner

SAID = [
    # text, what is heard
    ("# Heading\nText", "Heading\nText"),
    ("###### Six\n####### seven", "Six\n####### seven"),
    ("#1 and #tag\n#", "#1 and #tag\n"),
    ("Title\n===\nText\n---\nMore", "Title\n\nText\n\nMore"),
    ("**bold** *it* ***both*** __strong__ _em_", "bold it both strong em"),
    ("**Bold**text and un_der_score", "Boldtext and un_der_score"),
    ("这是**重点**内容。", "这是重点内容。"),
    ("~~gone~~ ~5 ~~ ~", "gone ~5 ~~ ~"),
    ("2*3 = 6, 2**3 = 8, 5 * 3, a*b, a_b_c, __init__.py", "2*3 = 6, 2**3 = 8, 5 * 3, a*b, a_b_c, init.py"),
    ("- one\n* two\n+ three\n  - deep", "one\ntwo\nthree\ndeep"),
    ("- [ ] open\n- [x] done", "open\ndone"),
    ("1. first\n2) second", "1. first\n2) second"),
    ("-5 degrees\n*emphasis* first\n+1 vote", "-5 degrees\nemphasis first\n+1 vote"),
    ("> quote\n> > deeper\n>tight", "quote\ndeeper\ntight"),
    ("a\n\n---\n\n***\n_ _ _\nb", "a\n\n\n\n\n\nb"),
    ('[text](http://a.b/c_(d) "t") [ref][1] [short] a[0]', "text ref [short] a[0]"),
    ("[**bold** link](x) and [![badge](a)](b)", "bold link and badge"),
    ("![a cat](cat.png) !\nWow! [yes](x)", "a cat !\nWow! yes"),
    ("word[^1].\n\n[^1]: The note.\n[id]: http://a.b\nEnd", "word.\n\n The note.\nEnd"),
    ("f[i](x + 1), [a](b 'c') [note](that never closes\n![d](e", "f[i](x + 1), a [note](that never closes\n![d](e"),
    ("[Ann]: Hello, you. See [1]: it works.\n[Bob]: /me", "[Ann]: Hello, you. See [1]: it works.\n"),
    ("- [a]: <https://a.b>\n  [b]: www.c.d\n[c]: Note: none", "[c]: Note: none"),
    ("`" * 300 + "\ncode\n" + "~" * 300 + "\nmore\n" + "~" * 256 + "\nnone", "\ncode\n\nmore\n"),
    ("<https://a.b/c> <me@a.b>", "https://a.b/c me@a.b"),
    ('<b>x</b> <span class="y">z</span><br>l <3 a<b List<String> <think>', "x z\nl <3 a<b List<String> <think>"),
    ("a <!-- hidden *x* --> b", "a  b"),
    ("`x = 1` and ``a ` b`` and `**raw**`", "x = 1 and a ` b and **raw**"),
    ("Before\n```python\nprint(1)\n```\nAfter", "Before\nAfter"),
    ("~~~\na\n```\nb\n~~~\nc", "c"),
    ("```x``` inline", "x inline"),
    ("| Name | Age |\n|------|:---:|\n| Ann  | 42  |\n| Bob. | |\nDone", "Name, Age\n\nAnn, 42\nBob.\nDone"),
    ("R&D &amp; co &#39;x&#x27; &nbsp;&euro;5 &unknown; AT&T", "R&D & co 'x'  €5 &unknown; AT&T"),
    (r"\*not\* \_em\_ \# c:\dir", "*not* _em_ # c:\\dir"),
    ("line  \nbreak\\\nhere", "line  \nbreak\nhere"),
    ("*" * 40 + "x", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "heard"), SAID, ids=[text[:20] for text, _ in SAID])
@pytest.mark.parametrize("cut", [None, 1, 3])
def test_markdown_is_read_as_a_reader_would(new_feed, say, text, heard, cut):
    assert say(new_feed(MarkdownCleaner(), text, cut)) == heard


@pytest.mark.parametrize(
    "tail", ["*", "**", "_", "`", "[", "[a", "![", "<", "<b", "&", "&am", "\\", "!", "~", "#", "```", "|"]
)
def test_what_is_held_waits_for_no_more_than_a_flush(new_feed, say, tail):
    said = say(new_feed(MarkdownCleaner(), "Well then " + tail, 1))

    assert said.startswith("Well then ")
    assert len(said) <= len("Well then " + tail)


def test_a_sentence_is_not_held_by_the_mark_after_it(say):
    cleaner = MarkdownCleaner()

    assert say(cleaner.append("**It is done.**")) == "It is done."


def test_a_flush_ends_the_line_and_what_was_open_in_it(new_feed, say):
    cleaner = MarkdownCleaner()
    new_feed(cleaner, "He said *yes")

    assert say(new_feed(cleaner, "# 2*3\n")) == "2*3\n"


def test_code_goes_on_over_a_flush(new_feed, say):
    cleaner = MarkdownCleaner()
    new_feed(cleaner, "```\na = 1\n")

    assert say(new_feed(cleaner, "b = 2\n```\nSo.")) == "So."


def test_runs_point_into_the_clients_text(new_feed, merge):
    runs = merge(new_feed(MarkdownCleaner(), "**Hi** & <br>"))

    assert runs == [Run("Hi", 2, 4), Run(" & ", 6, 9), Run("\n", 9, 13, whole=True)]
