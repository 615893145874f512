"""The Triton kernels, in Triton's interpreter, against what they are to do."""

import pytest
import torch

pytest.importorskip("triton")

from synth.engines.kokoro.model.arrangement import Arrangement
from synth.engines.kokoro.model.kernels import fused_snake
from synth.engines.kokoro.model.loading import read_files
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.network import build_network
from synth.engines.kokoro.model.precision import Precision
from synth.engines.kokoro.model.rates import COARSE, FINE, steps
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.snake import snake_norm

pytestmark = pytest.mark.slow
CPU = torch.device("cpu")


def values(rows, rate, channels, *, mean=0.0):
    generator = torch.Generator().manual_seed(3)
    count = len(rows.lengths)
    x = torch.randn(count, steps(rows.width, rate), channels, generator=generator) + mean
    scale, shift = torch.randn(2, count, channels, generator=generator)
    return x, (scale, shift), 0.5 + torch.rand(channels, generator=generator)


@pytest.mark.parametrize(
    ("frames", "width", "rate", "channels"),
    [
        ([3, 7, 1], 7, COARSE, 24),  # fewer channels than a program has, chunks without anything of a row
        ([7, 7], 0, COARSE, 128),
        ([2, 1], 4, FINE, 65),
        ([20], 0, COARSE, 64),
    ],
)
def test_it_is_what_the_steps_one_by_one_are(frames, width, rate, channels, distance):
    rows = Padded.of(frames, CPU, width)
    given = values(rows, rate, channels)

    made = fused_snake(*given, rows, rate)

    assert distance(snake_norm(*given, rows, rate), made) > 120
    for row, own in zip(made, frames, strict=True):
        assert not row[steps(own, rate) :].any()


@pytest.mark.parametrize(("dtype", "close"), [(torch.float16, 60), (torch.bfloat16, 42)])
def test_16_bits_are_rounded_once(dtype, close, distance):
    rows = Padded.of([5, 3], CPU)
    x, *given = values(rows, COARSE, 32)
    x = x.to(dtype)

    made = fused_snake(x, *given, rows, COARSE)

    assert made.dtype == dtype
    assert distance(snake_norm(x.float(), *given, rows, COARSE), made.float()) > close


def test_the_whole_network_is_the_same_with_them(small, small_checkpoint, random_rows, same):
    rows = random_rows(3, 2, (2, 4))
    _, weights = read_files(small_checkpoint / "config.json", small_checkpoint / "model.pth")
    network = build_network(small.network.architecture, weights, CPU, Precision(), fused_snake)

    voiced = Model(network, Arrangement(max_rows=2, spare=1.0)).voice(rows)

    for (wave, frames), row in zip(voiced, rows, strict=True):
        [(alone, own)] = small.voice([row])
        assert frames == own
        assert same(alone, wave)


def test_a_large_mean_costs_no_digits(distance):
    rows = Padded.of([9, 4], CPU)
    x, *given = values(rows, COARSE, 16, mean=1000.0)

    affine, alpha = given

    exact = snake_norm(x.double(), tuple(value.double() for value in affine), alpha.double(), rows, COARSE)

    assert distance(exact, fused_snake(x, *given, rows, COARSE)) > 75  # 25 if squares were summed up around 0


def test_what_stands_behind_a_row_is_not_heard():
    rows = Padded.of([2, 5], CPU)
    x, *given = values(rows, COARSE, 16)
    spoilt = x.clone()
    spoilt[0, 2 * COARSE :] = float("nan")

    assert torch.equal(fused_snake(x, *given, rows, COARSE), fused_snake(spoilt, *given, rows, COARSE))
