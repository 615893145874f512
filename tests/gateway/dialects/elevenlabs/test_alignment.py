"""Characters and their times, as two generations of clients add them up."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.events import Word
from gateway.dialects.elevenlabs.alignment import Alignment


def words_of(text, step=0.1, start=0.0, pause=0.0):
    """Every word lasts `step` seconds; `pause` before each."""
    words, at = [], start
    for found in re.finditer(r"\w+", text):
        words.append(Word(found.start(), found.end(), at + pause, at + pause + step))
        at += pause + step
    return words


def told(spoken):
    return "" if spoken is None else "".join(spoken.characters)


def test_the_last_character_of_a_message_ends_with_its_audio():
    alignment = Alignment(every=True)
    alignment.append("Hi you. ")
    alignment.hear(words_of("Hi you. ", step=0.2))
    spoken = alignment.advance(0.5)

    assert spoken.characters == list("Hi you. ")
    assert spoken.starts == [0, 100, 200, 200, 266, 333, 400, 400]
    assert spoken.ends[-1] == 500
    assert (spoken.begin, spoken.end) == (0, 500)


def test_a_word_that_is_parted_by_two_messages_is_told_in_two_parts():
    alignment = Alignment(every=True)
    alignment.append("Hello there.")
    alignment.hear([Word(0, 5, 0.0, 0.5)])
    first = alignment.advance(0.3)
    alignment.hear([Word(6, 11, 0.5, 1.0)])
    second = alignment.advance(1.0)

    assert (told(first), told(second)) == ("Hel", "lo there.")
    assert second.offsets[:4] == [0, 100, 200, 200], "its times begin with its own audio"
    assert first.ends[-1] - first.begin + second.ends[-1] - second.begin == 1000


def test_a_pause_without_characters_belongs_to_what_is_told_next():
    alignment = Alignment(every=False)
    alignment.append("One. Two.")
    alignment.hear([Word(0, 3, 0.0, 0.2)])
    first = alignment.advance(0.2)
    pause = alignment.advance(0.6)
    alignment.hear([Word(5, 8, 0.7, 0.9)])
    last = alignment.advance(1.0)

    assert (told(first), pause, told(last)) == ("One. ", None, "Two.")
    assert last.offsets == [500, 566, 633, 700]
    assert sum(spoken.end - spoken.begin for spoken in (first, last)) == 1000


def test_where_each_message_is_told_of_a_pause_is_an_empty_character():
    alignment = Alignment(every=True)
    alignment.append("One. Two.")
    alignment.hear([Word(0, 3, 0.0, 0.2)])
    alignment.advance(0.2)
    pause = alignment.advance(0.6)
    alignment.hear([Word(5, 8, 0.7, 0.9)])
    last = alignment.advance(1.0)

    assert (pause.characters, pause.offsets, pause.durations) == ([""], [0], [400])
    assert last.offsets == [100, 166, 233, 300], "its times begin with its own audio"


def test_characters_wait_for_the_end_of_their_word_unless_all_are_wanted():
    alignment = Alignment(every=False)
    alignment.append("Wonderful things ")
    alignment.hear([Word(0, 9, 0.0, 0.9)])
    assert alignment.advance(0.3) is None
    assert alignment.advance(0.6) is None
    whole = alignment.advance(0.9)
    alignment.hear([Word(10, 16, 0.9, 1.5)])

    assert told(whole) == "Wonderful "
    assert (whole.begin, whole.end) == (0, 900), "it covers the messages that told nothing"
    assert told(alignment.advance(1.6)) == "things "


def test_what_ends_the_text_waits_for_no_space():
    alignment = Alignment(every=False)
    alignment.append("Bye.")
    alignment.hear([Word(0, 3, 0.0, 0.3)])

    assert told(alignment.advance(0.4)) == "Bye."


def test_text_without_a_sound_is_told_at_the_end():
    alignment = Alignment(every=False)
    alignment.append("... ")
    assert alignment.advance(0.1) is None
    spoken = alignment.finish(4)

    assert told(spoken) == "... "
    assert (spoken.begin, spoken.ends[-1]) == (0, 100)
    assert alignment.finish(4) is None


def test_the_end_of_a_flush_tells_nothing_of_the_next():
    alignment = Alignment(every=True)
    alignment.append("... ")
    alignment.append("More to come.")
    alignment.advance(0.1)

    assert told(alignment.finish(4)) == "... "


def test_of_markup_only_what_is_spoken_is_told():
    text = '<speak>Well <break time="1s"/> <emphasis>done</emphasis>. </speak>'
    alignment = Alignment(every=True, markup=True)
    alignment.append(text)
    alignment.hear([Word(text.index("Well"), text.index("Well") + 4, 0.0, 0.4)])
    first = alignment.advance(0.5)
    alignment.hear([Word(text.index("done"), text.index("done") + 4, 1.5, 1.9)])
    second = alignment.advance(2.0)
    rest = alignment.finish(len(text))

    assert told(first) + told(second) + told(rest) == "Well  done. "


def test_what_markup_escapes_is_told_as_it_is_meant():
    text = "R&amp;D &lt;now&gt;"
    alignment = Alignment(every=True, markup=True)
    alignment.append(text)
    alignment.hear([Word(0, 7, 0.0, 0.4), Word(12, 15, 0.4, 0.8)])

    assert (
        told(alignment.advance(0.1)) + told(alignment.advance(0.8)) + told(alignment.finish(len(text))) == "R&D <now>"
    )


def test_a_word_that_is_told_again_is_told_once():
    """Several words may speak the same text: an alias."""
    alignment = Alignment(every=True)
    alignment.append("WWW is old ")
    alignment.hear([Word(0, 3, 0, 0.2), Word(0, 3, 0.2, 0.4), Word(0, 3, 0.4, 0.6), Word(4, 6, 0.6, 0.8)])

    assert told(alignment.advance(0.3)) + told(alignment.advance(0.8)) == "WWW is "


TEXTS = st.text(alphabet="ab .,!?é世🙂\n", max_size=60)


@pytest.mark.parametrize("every", [True, False])
@settings(max_examples=60, deadline=None)
@given(
    text=TEXTS,
    step=st.floats(0.0, 0.6),
    pause=st.floats(0.0, 0.9),
    cuts=st.lists(st.floats(0.0, 0.7), max_size=40),
    pieces=st.integers(1, 7),
)
def test_nothing_is_lost_and_no_clock_drifts(every, text, step, pause, cuts, pieces):
    """Whatever the text, the words' times, the messages' lengths, and however the text arrives."""
    alignment = Alignment(every=every)
    for start in range(0, len(text), pieces):
        alignment.append(text[start : start + pieces])
    waiting = words_of(text, step, pause=pause)
    said, clock, seconds = "", 0, 0.0
    for lasts in [*cuts, 60 * (step + pause)]:
        seconds += lasts
        while waiting and waiting[0].start < seconds:
            alignment.hear([waiting.pop(0)])
        spoken = alignment.advance(seconds)
        if spoken is not None:
            assert len(spoken.characters) == len(spoken.starts) == len(spoken.ends)
            assert spoken.begin == clock, "the spans leave no hole"
            assert spoken.starts == sorted(spoken.starts)
            assert spoken.begin <= spoken.starts[0] <= spoken.starts[-1] <= spoken.end <= round(seconds * 1000)
            clock, said = spoken.end, said + told(spoken)
    rest = alignment.finish(len(text))

    assert said + told(rest) == text
    if every or rest is not None:
        assert (clock if rest is None else rest.end) == round(seconds * 1000)
