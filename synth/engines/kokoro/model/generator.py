"""Waves out of the decoder's output and the source's spectrum: nine tenths of all work.

Where convolutions give 16 bits, the sums that go through a stage are in float32 all the same, since the source is that
they begin with, and so is the last convolution: together 4.4 dB (docs/kokoro-speed.md).
"""

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.blocks import Breathe, SnakeBlock, go_on
from synth.engines.kokoro.model.convolution import Convolution, Upsampling
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.rates import COARSE, CURVE, FINE
from synth.engines.kokoro.model.rows import Rows
from synth.engines.kokoro.model.snake import SnakeNorm, snake_norm
from synth.engines.kokoro.model.weights import Weights

SLOPE = 0.1
LAST_SLOPE = 0.01


class Generator:
    def __init__(self, architecture: Architecture, weights: Weights, snake: SnakeNorm = snake_norm) -> None:
        self._coarse = _Stage(architecture, weights, 0, snake)
        self._fine = _Stage(architecture, weights, 1, snake)
        self._last = Convolution(weights.part("conv_post").convolve(torch.float32, torch.float32))

    def __call__(self, x: Tensor, source: Tensor, style: Tensor, rows: Rows, *, breathe: Breathe = go_on) -> Tensor:
        """In rows: x at rate CURVE, source at FINE -> in rows at FINE, [.., 2 * BINS]: log magnitudes, then phases.

        Both of those at FINE are in float32.
        """
        x = self._coarse.grow(rows.zero(F.leaky_relu(x, SLOPE), CURVE))
        x = self._coarse(x, source, style, rows, COARSE, breathe=breathe)
        x = rows.lead(self._fine.grow(rows.zero(F.leaky_relu(x, SLOPE), COARSE)))
        x = self._fine(x, source, style, rows, FINE, breathe=breathe)
        return self._last(rows.zero(F.leaky_relu(x, LAST_SLOPE), FINE))


class _Stage:
    """Joins the source, then three residual blocks side by side."""

    def __init__(self, architecture: Architecture, weights: Weights, stage: int, snake: SnakeNorm) -> None:
        kernels = len(architecture.kernels)
        self.grow = Upsampling.of(weights.part(f"ups.{stage}"), (COARSE // CURVE, FINE // COARSE)[stage])
        self._source = _source(weights.part(f"noise_convs.{stage}"), (FINE // COARSE, 1)[stage])
        self._source_block = SnakeBlock(weights.part(f"noise_res.{stage}"), architecture.dilations, snake)
        self._blocks = [
            SnakeBlock(weights.part(f"resblocks.{stage * kernels + index}"), architecture.dilations, snake)
            for index in range(kernels)
        ]

    def __call__(self, x: Tensor, source: Tensor, style: Tensor, rows: Rows, rate: int, *, breathe: Breathe) -> Tensor:
        x = x + self._source_block(self._source(source), style, rows, rate, breathe)
        total = self._blocks[0](x, style, rows, rate, breathe)
        for block in self._blocks[1:]:
            total += block(x, style, rows, rate, breathe)
        return total / len(self._blocks)


def _source(weights: Weights, stride: int) -> Convolution | Linear:
    weights = weights.convolve(weights.convolving, torch.float32)
    if stride == 1:
        return Linear.pointwise(weights)
    return Convolution(weights, stride=stride, padding=stride // 2)
