from hypothesis import given
from hypothesis import strategies as st

from synth.engines import Phonemes, Word
from synth.engines.espeak.library import WordEvent
from synth.engines.espeak.words import WordTrack

RATE = 100  # samples a second
LOUD = b"\1\1"


def run(text, *buffers, phonemes=()):
    """Each buffer is samples and events (position, sample); gives what left after each, the last being the rest."""
    track = WordTrack(text, RATE, phonemes)
    left = [track.add(pcm, [WordEvent(*event) for event in events]) for pcm, events in buffers]
    return [*left, track.finish()]


def words(left):
    return [word for _, said in left for word in said]


def test_audio_waits_until_the_end_of_its_word_is_known():
    left = run("Hi you", (LOUD * 10, [(0, 0)]), (LOUD * 10, []), (LOUD * 10, [(3, 25)]), (LOUD * 10, []))

    assert [len(pcm) // 2 for pcm, _ in left] == [0, 0, 25, 0, 15]
    assert words(left) == [Word(0, 2, 0.0, 0.25), Word(3, 6, 0.25, 0.4)]


def test_audio_before_the_first_word_waits_for_nothing_but_its_buffer():
    left = run("Hi", (LOUD * 10, [(0, 4)]), (LOUD * 10, []))

    assert [len(pcm) // 2 for pcm, _ in left] == [4, 0, 16]
    assert words(left) == [Word(0, 2, 0.04, 0.2)]


def test_a_word_ends_before_the_pause_after_it():
    left = run("Hi you", (LOUD * 5 + b"\0\0" * 5, [(0, 0)]), (LOUD * 10 + b"\0\0", [(3, 10)]))

    assert words(left) == [Word(0, 2, 0.0, 0.05), Word(3, 6, 0.1, 0.2)]


def test_the_events_inside_an_amount_are_one_word():
    left = run("is $3.50 now", (LOUD * 100, [(0, 0), (3, 10), (4, 20), (5, 30), (5, 40), (5, 50), (9, 60)]))

    assert [(w.text_start, w.text_end, w.start) for w in words(left)] == [(0, 2, 0.0), (3, 8, 0.1), (9, 12, 0.6)]


def test_words_of_a_script_without_spaces_end_where_the_next_one_begins():
    left = run("今天好，", (LOUD * 30, [(0, 0), (1, 10), (2, 20)]))

    assert [(w.text_start, w.text_end) for w in words(left)] == [(0, 1), (1, 2), (2, 4)]


def test_what_phonemes_stand_for_is_one_word():
    text = "say New York, now"
    left = run(text, (LOUD * 40, [(0, 0), (4, 10), (14, 20)]), phonemes=[Phonemes(4, 12, "x")])

    assert [text[w.text_start : w.text_end] for w in words(left)] == ["say", "New York,", "now"]


def test_events_on_white_space_or_outside_the_text_begin_no_word():
    left = run("a b", (LOUD * 40, [(-1, 0), (0, 0), (1, 10), (3, 20), (99, 30)]))

    assert words(left) == [Word(0, 1, 0.0, 0.2), Word(2, 3, 0.2, 0.4)]


def test_words_that_are_spoken_in_one_go_share_their_time_by_their_letters():
    text = "end of a – day"
    left = run(text, (LOUD * 100, [(0, 0), (4, 30), (11, 60)]))

    told = [(text[w.text_start : w.text_end], w.start, w.end) for w in words(left)]
    assert told == [("end", 0.0, 0.3), ("of", 0.3, 0.5), ("a", 0.5, 0.6), ("day", 0.6, 1.0)]


@given(
    st.text(alphabet="ab1 .$<>&;今\n", min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(1, 9), st.lists(st.integers(-2, 22), max_size=3)), max_size=10),
)
def test_no_sample_is_lost_and_words_stay_in_the_text_and_in_order_whatever_the_events_say(text, plan):
    buffers, made = [], 0
    for samples, positions in plan:
        buffers.append((LOUD * samples, [(position, made) for position in positions]))
        made += samples

    left = run(text, *buffers)

    assert b"".join(pcm for pcm, _ in left) == LOUD * made
    sent, position, ended = 0, 0, 0.0
    for pcm, said in left:
        for word in said:
            assert position <= word.text_start < word.text_end <= len(text)
            assert ended <= word.start <= word.end <= made / RATE
            assert word.start * RATE >= sent - 1e-6
            position, ended = word.text_end, word.end
        sent += len(pcm) // 2
