"""Normalise, snake and zero in three Triton kernels: twice read and once written instead of some 14 passes over memory.

No card has run them yet: they are tried on a processor, in Triton's interpreter, and compiled for cards (for an H100 up
to 124 registers a thread, none spilled). Statistics are in float32 whatever x is in; each chunk of time has its own
mean, and they are joined by Chan's formula, so a large mean costs no digits. Triton comes with torch for CUDA; this
file is imported only when a network is to use it.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from synth.engines.kokoro.model.rates import steps
from synth.engines.kokoro.model.rows import EPSILON, Padded, Rows
from synth.engines.kokoro.model.snake import Affine

CHUNK = 128  # steps of time; with CHANNELS what one program keeps in registers
CHANNELS = 64
TILE = 32  # steps of time that one program writes
JOINED = 16  # chunks at a time
# Triton compiles anew for a number that is 1 or that 16 divides, which some rows' are: not while somebody waits.


def fused_snake(
    x: Tensor, affine: Affine, alpha: Tensor, rows: Rows, rate: int, *, giving: torch.dtype | None = None
) -> Tensor:
    """As `snake_norm`; in the type that the convolution behind it takes, else in x's."""
    assert isinstance(rows, Padded)
    x, scale, shift = (given.contiguous() for given in (x, *affine))
    count, time, wide = x.shape
    chunks, blocks = triton.cdiv(time, CHUNK), triton.cdiv(wide, CHANNELS)
    means = x.new_empty(count, chunks, wide, dtype=torch.float32)
    squares = torch.empty_like(means)
    centre, slope = torch.empty_like(scale), torch.empty_like(scale)
    made = torch.empty_like(x, dtype=giving)
    shape = {"RATE": rate, "MORE": steps(0, rate), "CHUNK": CHUNK, "CHANNELS": CHANNELS}
    _measure[count, chunks, blocks](x, means, squares, rows.lengths, time, wide, **shape)
    _join[count, blocks](
        means, squares, rows.lengths, scale, centre, slope, wide, chunks, EPSILON=EPSILON, JOINED=JOINED, **shape
    )
    _apply[count, triton.cdiv(time, TILE), blocks](
        x, made, centre, slope, shift, alpha, rows.lengths, time, wide, **shape | {"CHUNK": TILE}
    )
    return made


@triton.jit(do_not_specialize=["time"])
def _measure(
    x,
    means,
    squares,
    lengths,
    time,
    wide,
    RATE: tl.constexpr,
    MORE: tl.constexpr,
    CHUNK: tl.constexpr,
    CHANNELS: tl.constexpr,
):
    """Of one chunk: each channel's mean, and the sum of squares around it."""
    row, chunk = tl.program_id(0).to(tl.int64), tl.program_id(1)
    step = chunk * CHUNK + tl.arange(0, CHUNK)
    channel = tl.program_id(2) * CHANNELS + tl.arange(0, CHANNELS)
    end = (tl.load(lengths + row) * RATE + MORE).to(tl.int32)
    inside = (step[:, None] < end) & (channel[None, :] < wide)
    x += row * time * wide
    values = tl.load(x + step[:, None] * wide + channel[None, :], mask=inside, other=0.0).to(tl.float32)
    count = tl.maximum(tl.minimum(end - chunk * CHUNK, CHUNK), 1).to(tl.float32)
    mean = tl.sum(values, 0) / count
    centred = tl.where(inside, values - mean[None, :], 0.0)
    at = (row * tl.num_programs(1) + chunk) * wide + channel
    tl.store(means + at, mean, mask=channel < wide)
    tl.store(squares + at, tl.sum(centred * centred, 0), mask=channel < wide)


@triton.jit(do_not_specialize=["chunks"])
def _join(
    means,
    squares,
    lengths,
    scale,
    centre,
    slope,
    wide,
    chunks,
    EPSILON: tl.constexpr,
    JOINED: tl.constexpr,
    RATE: tl.constexpr,
    MORE: tl.constexpr,
    CHUNK: tl.constexpr,
    CHANNELS: tl.constexpr,
):
    """All chunks': each channel's mean over the row, and the slope that makes its spread the style's."""
    row = tl.program_id(0).to(tl.int64)
    channel = tl.program_id(1) * CHANNELS + tl.arange(0, CHANNELS)
    there = channel < wide
    end = tl.load(lengths + row) * RATE + MORE
    total = tl.zeros([CHANNELS], tl.float32)
    for first in range(0, chunks, JOINED):
        chunk = first + tl.arange(0, JOINED)
        own = tl.maximum(tl.minimum(end - chunk * CHUNK, CHUNK), 0).to(tl.float32)
        kept = (chunk[:, None] < chunks) & there[None, :]
        at = (row * chunks + chunk[:, None]) * wide + channel[None, :]
        total += tl.sum(tl.load(means + at, mask=kept, other=0.0) * own[:, None], 0)
    mean = total / end.to(tl.float32)
    spread = tl.zeros([CHANNELS], tl.float32)
    for first in range(0, chunks, JOINED):
        chunk = first + tl.arange(0, JOINED)
        own = tl.maximum(tl.minimum(end - chunk * CHUNK, CHUNK), 0).to(tl.float32)
        kept = (chunk[:, None] < chunks) & there[None, :]
        at = (row * chunks + chunk[:, None]) * wide + channel[None, :]
        away = tl.load(means + at, mask=kept, other=0.0) - mean[None, :]
        spread += tl.sum(tl.load(squares + at, mask=kept, other=0.0) + own[:, None] * away * away, 0)
    at = row * wide + channel
    deviation = tl.sqrt(spread / end.to(tl.float32) + EPSILON)
    tl.store(centre + at, mean, mask=there)
    tl.store(slope + at, tl.load(scale + at, mask=there, other=0.0) / deviation, mask=there)


@triton.jit(do_not_specialize=["time"])
def _apply(
    x,
    made,
    centre,
    slope,
    shift,
    alpha,
    lengths,
    time,
    wide,
    RATE: tl.constexpr,
    MORE: tl.constexpr,
    CHUNK: tl.constexpr,
    CHANNELS: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    step = tl.program_id(1) * CHUNK + tl.arange(0, CHUNK)
    channel = tl.program_id(2) * CHANNELS + tl.arange(0, CHANNELS)
    there = channel < wide
    end = (tl.load(lengths + row) * RATE + MORE).to(tl.int32)
    inside = (step[:, None] < end) & there[None, :]
    at = step[:, None] * wide + channel[None, :]
    x += row * time * wide
    made += row * time * wide
    own = row * wide + channel
    mean = tl.load(centre + own, mask=there, other=0.0)
    steep = tl.load(slope + own, mask=there, other=0.0)
    level = tl.load(shift + own, mask=there, other=0.0)
    bend = tl.load(alpha + channel, mask=there, other=1.0)
    y = (tl.load(x + at, mask=inside, other=0.0).to(tl.float32) - mean[None, :]) * steep[None, :] + level[None, :]
    y = tl.where(inside, y + _sine_squared(y * bend[None, :]) / bend[None, :], 0.0)
    tl.store(made + at, y.to(made.dtype.element_ty), mask=(step[:, None] < time) & there[None, :])


@triton.jit
def _sine_squared(x):
    """To 2e-7 up to some 10,000. It repeats every half turn, so a short series is all; CUDA's own sine would put its
    path for large numbers into every thread 64 times (370 kB of code).
    """
    turns = tl.floor(x * 0.3183098861837907 + 0.5)
    x = x - turns * 3.140625 - turns * 9.67502593994140625e-4 - turns * 1.509957990978376e-7  # pi in three parts
    square = x * x
    series = 2.7557319e-6 - square * 2.5052108e-8
    series = 1.0 - square * (0.16666667 - square * (8.3333333e-3 - square * (1.9841270e-4 - square * series)))
    return square * series * series
