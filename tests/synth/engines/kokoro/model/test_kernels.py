"""The Triton kernels, in Triton's interpreter, against what they are to do."""

import os
import platform
import subprocess
import sys

import pytest
import torch

if (sys.platform, platform.machine()) != ("linux", "x86_64"):
    pytest.skip("triton has no wheel for this machine", allow_module_level=True)

from synth.engines.kokoro.model.kernels import fused_snake
from synth.engines.kokoro.model.loading import read_files
from synth.engines.kokoro.model.network import build_network
from synth.engines.kokoro.model.precision import Precision
from synth.engines.kokoro.model.rates import BINS, COARSE, CURVE, FINE, steps
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
    x, affine, alpha = values(rows, rate, channels)

    made = fused_snake(x, affine, alpha, rows, rate)

    assert distance(snake_norm(x, affine, alpha, rows, rate), made) > 120
    for row, own in zip(made, frames, strict=True):
        assert not row[steps(own, rate) :].any()


@pytest.mark.parametrize(("dtype", "close"), [(torch.float16, 60), (torch.bfloat16, 42)])
def test_16_bits_are_rounded_once(dtype, close, distance):
    rows = Padded.of([5, 3], CPU)
    x, affine, alpha = values(rows, COARSE, 32)
    x = x.to(dtype)

    made = fused_snake(x, affine, alpha, rows, COARSE)

    assert made.dtype == dtype
    assert distance(snake_norm(x.float(), affine, alpha, rows, COARSE), made.float()) > close


def test_what_is_summed_in_float32_is_given_in_what_the_convolution_takes(distance):
    rows = Padded.of([5, 3], CPU)
    x, affine, alpha = values(rows, COARSE, 32)

    made = fused_snake(x, affine, alpha, rows, COARSE, giving=torch.float16)

    assert made.dtype == torch.float16
    assert distance(snake_norm(x, affine, alpha, rows, COARSE), made.float()) > 60


def test_the_whole_generator_is_the_same_with_them(small, small_checkpoint, distance):
    _, weights = read_files(small_checkpoint / "config.json", small_checkpoint / "model.pth")
    network = small.network
    fused = build_network(network.architecture, weights, CPU, Precision(), fused_snake).generator
    rows = Padded.of([2, 1], CPU)
    generator = torch.Generator().manual_seed(4)
    x = torch.randn(2, steps(2, CURVE), network.architecture.generator, generator=generator)
    source = rows.zero(torch.randn(2, steps(2, FINE), 2 * BINS, generator=generator), FINE)
    style = torch.randn(2, network.architecture.style, generator=generator)

    with torch.inference_mode():
        plain, made = (rows.zero(part(x, source, style, rows), FINE) for part in (network.generator, fused))

    assert distance(plain, made) > 110


def test_a_sine_of_large_numbers_is_one(distance):
    rows = Padded.of([5], CPU)
    x, affine, alpha = values(rows, COARSE, 16)

    made = fused_snake(x, affine, alpha * 1000, rows, COARSE)

    exact = snake_norm(x.double(), tuple(value.double() for value in affine), alpha.double() * 1000, rows, COARSE)
    assert distance(exact, made) > 110  # the sine is a thousandth of it


COMPILED = """
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile
from synth.engines.kokoro.model import kernels

vectors = dict.fromkeys(("means", "squares", "scale", "centre", "slope", "shift", "alpha"), "*fp32")
types = vectors | {"x": "*fp16", "made": "*fp16", "lengths": "*i64", "time": "i32", "wide": "i32", "chunks": "i32"}
sizes = {"RATE": 120, "MORE": 1, "CHUNK": 128, "CHANNELS": 64, "EPSILON": 1e-5, "JOINED": 16}
for kernel in (kernels._measure, kernels._join, kernels._apply):
    signature = {name: types.get(name, "constexpr") for name in kernel.arg_names}
    given = {(place,): sizes[name] for place, name in enumerate(kernel.arg_names) if name in sizes}
    for card in (80, 90):
        made = compile(ASTSource(kernel, signature, given), target=GPUTarget("cuda", card, 32))
        print(kernel.__name__, card, len(made.asm["cubin"]))
"""


def test_they_compile_for_cards(tmp_path):
    quiet = {"TRITON_DEFAULT_FP_FUSION": "1", "TRITON_CACHE_DIR": str(tmp_path), "TRITON_INTERPRET": "0"}
    command = [sys.executable, "-c", COMPILED]
    done = subprocess.run(command, env=os.environ | quiet, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6


VARYING = """
from synth.engines.kokoro.model import kernels
for kernel in (kernels._measure, kernels._join, kernels._apply):
    print(*(each.name for each in kernel.params if each.name in ("time", "chunks") and not each.do_not_specialize))
"""


def test_they_are_compiled_once_whatever_lengths_come():
    command = [sys.executable, "-c", VARYING]
    environ = os.environ | {"TRITON_INTERPRET": "0"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "\n\n\n"


def test_a_large_mean_costs_no_digits(distance):
    rows = Padded.of([9, 4], CPU)
    x, affine, alpha = values(rows, COARSE, 16, mean=1000.0)

    exact = snake_norm(x.double(), tuple(value.double() for value in affine), alpha.double(), rows, COARSE)

    assert distance(exact, fused_snake(x, affine, alpha, rows, COARSE)) > 75  # 25 if squares were summed up around 0


def test_what_stands_behind_a_row_is_not_heard():
    rows = Padded.of([2, 5], CPU)
    x, affine, alpha = values(rows, COARSE, 16)
    spoilt = x.clone()
    spoilt[0, 2 * COARSE :] = float("nan")

    assert torch.equal(fused_snake(x, affine, alpha, rows, COARSE), fused_snake(spoilt, affine, alpha, rows, COARSE))
