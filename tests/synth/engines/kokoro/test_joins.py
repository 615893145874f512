"""The ends of lines, on lines whose sound and silence are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.engines.kokoro.joins import DECAY, FRAME, LEAD, PAUSES, SAMPLE_RATE, begin, shape

RATE = SAMPLE_RATE


def tone(seconds, amplitude=8000, hertz=200):
    return np.round(amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)


def silence(seconds, noise=0):
    size = round(seconds * RATE)
    return (
        np.random.default_rng(1).integers(-noise, noise + 1, size).astype(np.int16)
        if noise
        else np.zeros(size, np.int16)
    )


def line(lead=0.3, sound=1.0, tail=0.3, noise=0):
    """Of a whole number of frames, as the model makes them."""
    return np.concatenate([silence(lead, noise), tone(sound), silence(tail, noise)])


def frames(seconds):
    return round(seconds * RATE) // FRAME


def gap(pcm, threshold=80):
    """Seconds of silence at the beginning and at the end."""
    heard = np.flatnonzero(np.abs(pcm.astype(int)) > threshold)
    return heard[0] / RATE, (len(pcm) - 1 - heard[-1]) / RATE


@pytest.mark.parametrize("noise", [0, 20])
@pytest.mark.parametrize(("closing", "pause"), [*PAUSES.items()])
def test_the_pause_behind_a_line_follows_its_punctuation(closing, pause, noise):
    pcm, _ = shape(line(noise=noise), frames(0.3), frames(0.3), closing, 1.0)
    before, after = gap(pcm)

    assert before <= 0.021
    assert after == pytest.approx(max(pause, DECAY / RATE), abs=0.011)


def test_a_pause_is_shorter_when_speech_is_faster():
    slow, fast = (gap(shape(line(), 12, 12, ".", speed)[0])[1] for speed in (0.5, 2.0))

    assert slow == pytest.approx(4 * fast, rel=0.1)


def test_a_line_that_was_begun_before_all_of_it_is_made_goes_on_as_it_began():
    pcm = line()
    begun, left_out = begin(pcm[: RATE // 2], 12)
    whole, as_before = shape(pcm, 12, 12, ".", 1.0, begun=left_out)

    assert as_before == left_out
    assert (whole[: len(begun)] == begun).all()
    assert gap(begun)[0] <= 0.021
    assert gap(begun)[1] < 0.01  # it goes on


def test_a_line_does_not_begin_while_nothing_can_be_heard():
    assert begin(silence(0.5, noise=20), 12) is None


def test_how_much_is_left_out_is_told_to_the_sample():
    pcm, left_out = shape(line(lead=0.3), 12, 12, "", 1.0)

    assert left_out == round(0.3 * RATE) - LEAD
    assert np.array_equal(pcm[LEAD : LEAD + RATE], tone(1.0))


def test_no_word_is_cut_however_softly_it_is_spoken():
    """A whisper at -46 dB in the frames of words; only the ends' own frames may go."""
    pcm = np.concatenate([silence(0.3), tone(0.3, 40), tone(0.4), tone(0.3, 40), silence(0.3)])
    shaped, left_out = shape(pcm, frames(0.3), frames(0.3), "", 1.0)

    assert left_out <= 0.3 * RATE
    assert len(shaped) >= 1.0 * RATE
    assert np.count_nonzero(np.abs(shaped.astype(int)) > 30) >= 0.9 * np.count_nonzero(np.abs(pcm.astype(int)) > 30)


def test_a_long_pause_of_the_models_own_is_cut_to_what_is_asked():
    assert gap(shape(line(tail=2.0), 12, frames(2.0), ",", 1.0)[0])[1] == pytest.approx(0.15, abs=0.01)


def test_lines_that_are_cut_inside_a_sentence_join_without_a_dip():
    first, _ = shape(line(), 12, 12, "", 1.0)
    second, _ = shape(line(), 12, 12, "", 1.0)
    loud = np.abs(np.concatenate([first, second]).astype(int)).reshape(-1, 1)
    quiet = longest_run(loud[LEAD:-DECAY, 0] < 80)

    assert quiet / RATE < 0.045


def test_a_line_without_silence_at_its_ends_keeps_all_its_samples_and_makes_no_click():
    pcm = tone(0.5, hertz=190)[7:-13]
    shaped, left_out = shape(pcm, 4, 4, "", 1.0)

    assert (left_out, len(shaped)) == (0, len(pcm))
    assert step(shaped) <= step(pcm)


@pytest.mark.parametrize("closing", list(PAUSES))
def test_no_join_clicks(closing):
    """No step at a join is larger than those of the sound itself."""
    lines = [shape(line(lead, 0.5, tail, noise), 12, 12, closing, 1.0)[0] for lead, tail, noise in
             ((0.3, 0.3, 0), (0.0, 0.3, 0), (0.3, 0.0, 0), (0.0, 0.0, 9), (0.3, 0.3, 30))]  # fmt: skip

    assert step(np.concatenate(lines)) <= step(tone(0.5))


def test_a_silent_line_is_left_as_it_is():
    pcm, left_out = shape(silence(0.5), 4, 4, ".", 1.0)

    assert (len(pcm), left_out) == (RATE // 2, 0)


@given(
    st.lists(st.integers(-32768, 32767), max_size=3000),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from(list(PAUSES)),
)
def test_any_samples_can_be_shaped_and_come_out_the_same_each_time(samples, first, last, closing):
    pcm = np.array(samples, np.int16)
    once, left_out = shape(pcm, first, last, closing, 1.0)
    again, _ = shape(pcm, first, last, closing, 1.0)

    assert once.dtype == np.int16
    assert np.array_equal(once, again)
    assert 0 <= left_out <= first * FRAME


def step(pcm):
    return np.abs(np.diff(np.concatenate([[0], pcm.astype(int), [0]]))).max()


def longest_run(flags):
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best
