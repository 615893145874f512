"""A sentence in two windows: what of it is exact, and how far off the rest is."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.engines.kokoro.model.executor import Inline
from synth.engines.kokoro.model.halves import Eager
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.row import Row
from synth.engines.kokoro.model.rows import EPSILON, Padded
from synth.engines.kokoro.model.windows import BEGINNING, MARGIN, Moments, Window, split_of

CLOSE = 20.0  # dB


@pytest.fixture
def row():
    style = torch.randn(256, generator=torch.Generator().manual_seed(1)) * 0.15
    return Row((0, *range(40, 70), 0), style)


def say_early(model, row, **more):
    begun = []
    whole = model.say_early(row, begun.append, **more)
    return begun, whole


def test_its_beginning_is_heard_before_the_rest_is_made_and_stays_as_it_was(small, row):
    order = []
    whole = small.say_early(row, order.append, Inline(lambda: order.append(None)))
    (at,) = (index for index, each in enumerate(order) if each is not None)
    begun = order[at]

    assert at < len(order) - at  # most of the work is still to be done
    assert begun.frames == whole.frames
    assert 600 * BEGINNING <= len(begun.pcm) < len(whole.pcm) == 600 * sum(whole.frames)
    assert (whole.pcm[: len(begun.pcm)] == begun.pcm).all()


def test_it_lasts_as_long_as_otherwise_sounds_nearly_the_same_and_always_alike(small, row, distance):
    exact = small.speak([row])[0]
    (begun,), whole = say_early(small, row)
    (again,), same = say_early(small, row)
    split = len(begun.pcm)
    first, second = (
        distance(torch.tensor(exact.pcm[part]), torch.tensor(whole.pcm[part]))
        for part in (slice(split), slice(split, None))
    )

    assert whole.frames == exact.frames
    assert CLOSE < first < second  # the second window knows the statistics of both
    assert (begun.pcm == again.pcm).all()
    assert (whole.pcm == same.pcm).all()


def test_the_windows_join_without_a_click(small, row):
    exact = np.abs(np.diff(small.speak([row])[0].pcm.astype(int)))
    (begun,), whole = say_early(small, row)
    split = len(begun.pcm)
    steps = np.abs(np.diff(whole.pcm.astype(int)))

    assert steps[split - 5 : split + 600].max() < 1.1 * exact[split - 600 : split + 600].max()


def test_a_short_row_is_made_whole_and_exact(small, row):
    short = Row(row.tokens[:5], row.style)
    begun, whole = say_early(small, short)

    assert begun == []
    assert (whole.pcm == small.speak([short])[0].pcm).all()


@pytest.mark.parametrize(
    ("frames", "split"),
    [
        ((3, 39, 3), None),
        ((3, 20, 20, 3), 23),
        ((12, 20, 20, 12), 32),
        ((3, 20, 20, 20), 23),
        ((3, *[10] * 15, 3), 52),
    ],
)
def test_both_windows_have_half_a_second_of_speech_and_the_first_a_third_of_it_all(frames, split):
    assert split_of(frames) == split


def test_given_the_statistics_of_all_windows_are_exact(small, row, distance):
    """Convolutions see all that they look at but beyond the margin."""

    class Told(Window):
        def normalise(self, x, scale, shift, _rate):
            known = next(moments)
            centred = x - known.mean[:, None]
            deviation = torch.rsqrt(known.squares / known.steps + EPSILON)
            return shift[:, None] + centred * deviation[:, None] * scale[:, None]

    sounding, frames = sound(small, row)
    total = sum(frames)
    with torch.inference_mode():
        window = Window(total)
        spectrum = small.network.generator(*sounding, window)
        exact = small.network.waves(spectrum, window.alone)[0]
        moments = iter(window.moments)
        split = total // 2
        piece = sounding._replace(x=sounding.x[:, : 2 * split], source=sounding.source[:, : 120 * split + 1])
        told = Told(split)
        wave = small.network.waves(small.network.generator(*piece, told), told.alone)[0]

    inner = 600 * (split - 8)
    assert distance(exact[:inner], wave[:inner]) > 110
    assert distance(exact[: inner + 600 * (8 - MARGIN)], wave[: inner + 600 * (8 - MARGIN)]) > 45


def sound(model, row):
    with torch.inference_mode():
        [group] = model._groups([row])
        return Eager(model.network).sound(group.timed, group.rows, group.layout), group.read[0].frames


def test_a_window_of_a_whole_sentence_is_the_sentence():
    x, scale, shift = torch.randn(1, 80, 6), torch.rand(1, 6), torch.randn(1, 6)

    made = Window(4).normalise(x, scale, shift, 20)

    assert torch.allclose(made, Padded.of([4], torch.device("cpu")).normalise(x, scale, shift, 20), atol=1e-6)


def test_statistics_of_two_windows_are_those_of_both_together():
    one, other = torch.randn(1, 30, 6) + 3, torch.randn(1, 50, 6) * 2
    both = moments_of(torch.cat([one, other], dim=1))
    joined = moments_of(one).joined(moments_of(other))

    assert joined.steps == both.steps == 80
    assert torch.allclose(joined.mean, both.mean, atol=1e-6)
    assert torch.allclose(joined.squares, both.squares, rtol=1e-5)


def moments_of(x):
    mean = x.mean(1)
    return Moments(x.shape[1], mean, (x - mean[:, None]).square().sum(1))


def test_who_leaves_at_the_border_has_no_second_window_made(small, row):
    class Gone(Exception):
        pass

    left = []

    def breathe():
        if left:
            raise Gone

    with pytest.raises(Gone):
        small.say_early(row, left.append, Inline(breathe))
    assert len(left) == 1


@pytest.mark.parametrize("window", [0, 1])
def test_a_window_that_overflows_is_no_speech(small, row, window):
    made = []

    def waves(*given):
        made.append(None)
        return small.network.waves(*given) * (float("inf") if len(made) == window + 1 else 1)

    begun, whole = say_early(Model(replace(small.network, waves=waves)), row)

    assert whole is None
    assert len(begun) == window


def test_at_its_true_size_it_is_as_near_as_was_measured(true, row, distance):
    exact = torch.tensor(true.speak([row])[0].pcm)
    (begun,), whole = say_early(true, row)
    split = len(begun.pcm)

    assert distance(exact[:split], torch.tensor(begun.pcm)) > 25
    assert distance(exact[split:], torch.tensor(whole.pcm[split:])) > 33
