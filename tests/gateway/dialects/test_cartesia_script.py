import pytest

from gateway.core.events import Word
from gateway.dialects.cartesia.script import KEPT, Script


def words_of(text, *words):
    """Each word a second, one after the other."""
    found, at = [], 0
    for number, word in enumerate(words):
        at = text.index(word, at)
        found.append(Word(at, at + len(word), float(number), number + 1.0))
        at += len(word)
    return found


def told(text, *words):
    script = Script()
    script.append(text)
    return [each.text for each in script.tell(words_of(text, *words))], [each.text for each in script.rest()]


@pytest.mark.parametrize(
    ("text", "words", "expected", "rest"),
    [
        ("Hello, you there. ", ["Hello", "you", "there"], ["Hello,", "you", "there. "], []),
        ("“Hello”, (he said)", ["Hello", "he", "said"], ["“Hello”,", "(he", "said)"], []),
        ("A well-known fact", ["A", "well", "known", "fact"], ["A", "well-known", "fact"], []),
        ("Oh – no!", ["Oh", "no"], ["Oh", "–", "no!"], []),
        ("It works 🙂 …", ["It", "works"], ["It", "works"], ["🙂", "…"]),
        ("你好，世界。", ["你好", "世界"], ["你好，", "世界。"], []),
        ("我用iPhone手机", ["我", "用", "iPhone", "手机"], ["我", "用", "iPhone", "手机"], []),
        ("So", [], [], []),
    ],
)
def test_the_words_are_the_clients_own_each_once(text, words, expected, rest):
    assert told(text, *words) == (expected, rest)


def test_times_are_those_of_what_is_heard():
    text = "A well-known – fact"
    script = Script()
    script.append(text)

    heard = script.tell(words_of(text, "A", "well", "known", "fact"))

    assert [(each.text, each.start, each.end) for each in heard] == [
        ("A", 0.0, 1.0),
        ("well-known", 1.0, 3.0),
        ("–", 3.0, 3.0),
        ("fact", 3.0, 4.0),
    ]


def test_a_word_that_comes_in_two_parts_is_told_once():
    text = "so well-known here"
    words = words_of(text, "so", "well", "known", "here")
    script = Script()
    script.append(text)

    assert [each.text for each in script.tell(words[:2])] == ["so", "well-known"]
    assert [each.text for each in script.tell(words[2:])] == ["here"]


def test_texts_that_are_spoken_one_by_one_are_not_read_as_one_word():
    script = Script()
    script.append("All is well.", alone=True)
    script.append("It ends.", alone=True)
    text = "All is well.It ends."

    words = words_of(text, "All", "is", "well", "It", "ends")
    assert [each.text for each in script.tell(words[:3])] == ["All", "is", "well."]
    assert [each.text for each in script.tell(words[3:])] == ["It", "ends."]


def test_texts_that_are_one_are_read_as_one():
    script = Script()
    script.append("Hel")
    script.append("lo there")

    assert [each.text for each in script.tell(words_of("Hello there", "Hello", "there"))] == ["Hello", "there"]


def test_what_was_told_is_not_kept():
    script = Script()
    offset = 0
    for _ in range(40):
        text = "word " * 100
        script.append(text)
        words = [Word(offset + at, offset + at + 4, 0.0, 0.0) for at in range(0, len(text), 5)]
        assert [each.text.rstrip() for each in script.tell(words)] == ["word"] * 100
        offset += len(text)

    assert sum(map(len, script._text)) <= KEPT + 500
