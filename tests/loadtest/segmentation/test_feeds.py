import pytest

from loadtest.segmentation.feeds import feeds, tokens


@pytest.mark.parametrize(
    "expected",
    [
        ["It", " is", " done", ".", " Good", "."],
        ["A", " wonderf", "ul", " day", "!?", " Yes"],
        ["About", " 123", "456", "."],
        ["He", " said", ' "', "no", '."'],
        ["One", ".", "\n", "Two"],
        ["two", " ", " spaces"],
        ["नमस्ते", " दुनिया"],
    ],
)
def test_a_token_is_a_space_and_some_characters_of_one_kind(expected):
    assert tokens("".join(expected)) == expected


@pytest.mark.parametrize("text", ["", " ", "Hello  there.\n\nNow, 1,234.50!", "你好。我叫小明！"])
def test_every_feed_is_the_text(text):
    assert all("".join(parts) == text for parts in feeds(text))
