"""Normalise, snake and zero in three Triton kernels: twice read and once written instead of some 14 passes over memory.

No card has run them yet: they are tried on a processor, in Triton's interpreter. Statistics are in float32 whatever x
is in; each chunk of time has its own mean, and they are joined by Chan's formula, so a large mean costs no digits.
Triton comes with torch for CUDA; this file is imported only when a network is to use it.
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
JOINED = 16  # chunks at a time


def fused_snake(x: Tensor, affine: Affine, alpha: Tensor, rows: Rows, rate: int) -> Tensor:
    """As `snake_norm`, in x's type."""
    assert isinstance(rows, Padded)
    x, scale, shift = (given.contiguous() for given in (x, *affine))
    count, time, wide = x.shape
    chunks, blocks = triton.cdiv(time, CHUNK), triton.cdiv(wide, CHANNELS)
    means = x.new_empty(count, chunks, wide, dtype=torch.float32)
    squares = torch.empty_like(means)
    centre, slope = torch.empty_like(scale), torch.empty_like(scale)
    made = torch.empty_like(x)
    shape = {"RATE": rate, "MORE": steps(0, rate), "CHUNK": CHUNK, "CHANNELS": CHANNELS}
    _measure[count, chunks, blocks](x, means, squares, rows.lengths, time, wide, **shape)
    _join[count, blocks](
        means, squares, rows.lengths, scale, centre, slope, wide, chunks, EPSILON=EPSILON, JOINED=JOINED, **shape
    )
    _apply[count, chunks, blocks](x, made, centre, slope, shift, alpha, rows.lengths, time, wide, **shape)
    return made


@triton.jit
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
    end = tl.load(lengths + row) * RATE + MORE
    inside = (step[:, None] < end) & (channel[None, :] < wide)
    values = tl.load(x + (row * time + step[:, None]) * wide + channel[None, :], mask=inside, other=0.0).to(tl.float32)
    count = tl.maximum(tl.minimum(end - chunk * CHUNK, CHUNK), 1).to(tl.float32)
    mean = tl.sum(values, 0) / count
    centred = tl.where(inside, values - mean[None, :], 0.0)
    at = (row * tl.num_programs(1) + chunk) * wide + channel
    tl.store(means + at, mean, mask=channel < wide)
    tl.store(squares + at, tl.sum(centred * centred, 0), mask=channel < wide)


@triton.jit
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


@triton.jit
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
    inside = (step[:, None] < tl.load(lengths + row) * RATE + MORE) & there[None, :]
    at = (row * time + step[:, None]) * wide + channel[None, :]
    own = row * wide + channel
    mean = tl.load(centre + own, mask=there, other=0.0)
    steep = tl.load(slope + own, mask=there, other=0.0)
    level = tl.load(shift + own, mask=there, other=0.0)
    bend = tl.load(alpha + channel, mask=there, other=1.0)
    y = (tl.load(x + at, mask=inside, other=0.0).to(tl.float32) - mean[None, :]) * steep[None, :] + level[None, :]
    wave = tl.sin(y * bend[None, :])
    y = tl.where(inside, y + wave * wave / bend[None, :], 0.0)
    tl.store(made + at, y.to(made.dtype.element_ty), mask=(step[:, None] < time) & there[None, :])
