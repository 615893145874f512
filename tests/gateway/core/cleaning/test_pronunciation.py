import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning import Dictionary, Pause, Pronouncer, Pronunciation, Run
from gateway.errors import InvalidSetting

ENTRIES = [
    Pronunciation("nginx", "engine x"),
    Pronunciation("US", "United States", match_case=True),
    Pronunciation("ASAP", "as soon as possible"),
    Pronunciation("New York", ipa="nuː jɔːk"),
    Pronunciation("New York City", "N Y C"),
    Pronunciation("C++", "C plus plus"),
    Pronunciation(".NET", "dot net"),
    Pronunciation("银行", ipa="inxaŋ"),
    Pronunciation("Σίγμα", "sigma"),
]


def pronounce(text, cut=None, entries=ENTRIES):
    pronouncer, parts, step = Pronouncer(Dictionary(entries)), [], cut or max(1, len(text))
    for start in range(0, len(text), step):
        parts += pronouncer.apply([Run(text[start : start + step], start, min(start + step, len(text)))])
    return [*parts, *pronouncer.settle()]


def shown(parts):
    return "".join(f"[{part.ipa or part.text}]" if part.whole else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Use nginx, Nginx's, NGINX.", "Use [engine x], [engine x]'s, [engine x]."),
        ("mynginx nginx2 nginx_x xnginx nginxé", "mynginx nginx2 nginx_x xnginx nginxé"),
        ("the US and us", "the [United States] and us"),
        ("New York City, New York, New Yorker", "[N Y C], [nuː jɔːk], New Yorker"),
        ("new york", "[nuː jɔːk]"),
        ("C++ or C", "[C plus plus] or C"),
        ("ASP.NET, .NET", "ASP[dot net], [dot net]"),
        ("我去银行了", "我去[inxaŋ]了"),
        ("用nginx吗", "用[engine x]吗"),
        ("ΣΊΓΜΑ", "[sigma]"),
        ("New Yor", "New Yor"),
        ("(nginx)-nginx/nginx", "([engine x])-[engine x]/[engine x]"),
    ],
)
@pytest.mark.parametrize("cut", [None, 1, 2, 5])
def test_words_are_found_as_words(text, heard, cut):
    assert shown(pronounce(text, cut)) == heard


def test_what_is_said_points_to_what_was_written():
    assert pronounce("go ASAP!") == [Run("go ", 0, 3), Run("as soon as possible", 3, 7, whole=True), Run("!", 7, 8)]
    assert pronounce("New  York, new york!")[1] == Run("new york", 11, 19, whole=True, ipa="nuː jɔːk")


def test_a_word_with_markup_inside_is_one_word():
    pronouncer = Pronouncer(Dictionary([Pronunciation("R&D", "research"), *ENTRIES]))
    parts = [Run("Ng", 2, 4), Run("inx", 6, 9), Run(" R", 11, 13), Run("&", 13, 18, whole=True), Run("D.", 18, 20)]

    said = [*pronouncer.apply(parts), *pronouncer.settle()]

    assert said[0] == Run("engine x", 2, 9, whole=True)
    assert said[2] == Run("research", 12, 19, whole=True)


def test_what_markup_says_is_left_as_it_is_and_ends_a_word():
    entries = [*ENTRIES, Pronunciation("c", "see")]
    pronouncer = Pronouncer(Dictionary(entries))
    said = [Run("nginx is", 9, 12, whole=True, fixed=True), Run("c", 12, 13, whole=True, fixed=True)]
    parts: list[Run | Pause] = [Run("nginx", 0, 5), *said, Pause(1.0, 13, 20), Run("nginx", 20, 25)]

    assert shown(part for part in [*pronouncer.apply(parts), *pronouncer.settle()] if isinstance(part, Run)) == (
        "[engine x][nginx is][c][engine x]"
    )


def test_only_what_may_be_a_phrase_is_held():
    pronouncer = Pronouncer(Dictionary(ENTRIES))

    assert shown(pronouncer.apply([Run("I live in New", 0, 13)])) == "I live in "
    assert shown(pronouncer.apply([Run(" H", 13, 15)])) == "New H"
    assert shown(pronouncer.apply([Run("ampshire, us", 15, 27)])) == "ampshire, "
    assert shown(pronouncer.settle()) == "us"


def test_the_entry_that_minds_its_letters_comes_first_then_the_last():
    entries = [
        Pronunciation("us", "we"),
        Pronunciation("US", "States", match_case=True),
        Pronunciation("Us", "ourselves"),
    ]

    assert shown(pronounce("US us", entries=entries)) == "[States] [ourselves]"


@pytest.mark.parametrize(
    "entries",
    [
        [Pronunciation("", "x")],
        [Pronunciation(" a", "x")],
        [Pronunciation("a" * 101, "x")],
        [Pronunciation("a")],
        [Pronunciation("a", " ")],
        [Pronunciation("a", "b", "c")],
        [Pronunciation("a", "b" * 401)],
        [Pronunciation("a", ipa="b" * 401)],
        [Pronunciation(str(number), "x") for number in range(2001)],
    ],
)
def test_an_entry_that_cannot_be_is_refused(entries):
    with pytest.raises(InvalidSetting, match=r"pronunciation"):
        Dictionary(entries)


PHRASES = st.text(alphabet="abAB_1 +中é", min_size=1, max_size=5).filter(lambda phrase: phrase == phrase.strip())


@given(st.lists(st.tuples(PHRASES, st.booleans()), min_size=1, max_size=8), st.text("abAB_1 +中é.", max_size=40))
def test_the_longest_entry_wins_however_the_text_was_cut(phrases, text):
    entries = [Pronunciation(phrase, f"<{phrase}>", match_case=case) for phrase, case in phrases]
    whole = shown(pronounce(text, entries=entries))

    assert whole == by_hand(entries, text)
    assert shown(pronounce(text, 1, entries)) == whole
    assert shown(pronounce(text, 3, entries)) == whole


def by_hand(entries, text):
    """The rule, word for word."""

    def spaced(at):
        return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_") and text[at] != "中"

    said, at = "", 0
    while at < len(text):
        fitting = [
            entry
            for entry in entries
            for part in [text[at : at + len(entry.phrase)]]
            if (part == entry.phrase if entry.match_case else part.lower() == entry.phrase.lower())
            and not (spaced(at - 1) and spaced(at))
            and not (spaced(at + len(part) - 1) and spaced(at + len(part)))
        ]
        if not fitting:
            said, at = said + text[at], at + 1
            continue
        longest = max(len(entry.phrase) for entry in fitting)
        best = [entry for entry in fitting if len(entry.phrase) == longest]
        best = [entry for entry in best if entry.match_case] or best
        said, at = f"{said}[{best[-1].alias}]", at + longest
    return said
