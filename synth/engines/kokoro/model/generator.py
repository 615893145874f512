"""Waves out of the decoder's output and the source's spectrum: nine tenths of all work.

Where convolutions give 16 bits, the sums that go through a stage are in float32 all the same, since the source is that
they begin with, and so is the last convolution: together 4.4 dB (docs/kokoro-speed.md).
"""

from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.blocks import SnakeBlock
from synth.engines.kokoro.model.convolution import Convolution, Upsampling
from synth.engines.kokoro.model.executor import INLINE, Breathe, Executor
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

    def __call__(self, x: Tensor, source: Tensor, style: Tensor, rows: Rows, *, executor: Executor = INLINE) -> Tensor:
        """In rows: x at rate CURVE, source at FINE -> in rows at FINE, [.., 2 * BINS]: log magnitudes, then phases.

        Both of those at FINE are in float32.
        """
        join = [
            executor.submit(partial(stage.join, source, style, rows, rate))
            for stage, rate in ((self._coarse, COARSE), (self._fine, FINE))
        ]
        x = self._coarse.grow(rows.zero(F.leaky_relu(x, SLOPE), CURVE))
        x = self._coarse(x + join[0](), style, rows, COARSE, executor)
        x = rows.lead(self._fine.grow(rows.zero(F.leaky_relu(x, SLOPE), COARSE)))
        x = self._fine(x + join[1](), style, rows, FINE, executor)
        return self._last(rows.zero(F.leaky_relu(x, LAST_SLOPE), FINE))


class _Stage:
    """Three residual blocks side by side, behind the source's own."""

    def __init__(self, architecture: Architecture, weights: Weights, stage: int, snake: SnakeNorm) -> None:
        kernels = len(architecture.kernels)
        self.grow = Upsampling.of(weights.part(f"ups.{stage}"), (COARSE // CURVE, FINE // COARSE)[stage])
        self._narrow = _narrow(weights.part(f"noise_convs.{stage}"), (FINE // COARSE, 1)[stage])
        self._source_block = SnakeBlock(weights.part(f"noise_res.{stage}"), architecture.dilations, snake)
        self._blocks = [
            SnakeBlock(weights.part(f"resblocks.{stage * kernels + index}"), architecture.dilations, snake)
            for index in range(kernels)
        ]

    def join(self, source: Tensor, style: Tensor, rows: Rows, rate: int, breathe: Breathe) -> Tensor:
        """At rate FINE -> at this rate, to be added to the stage's input."""
        return self._source_block(self._narrow(source), style, rows, rate, breathe)

    def __call__(self, x: Tensor, style: Tensor, rows: Rows, rate: int, executor: Executor) -> Tensor:
        """The blocks have 3, 7 and 11 taps: whoever helps takes the last one while the first two are done."""
        blocks = [executor.submit(partial(block, x, style, rows, rate)) for block in reversed(self._blocks)]
        total = blocks.pop()()
        while blocks:  # none is kept for longer than it takes to add it
            total += blocks.pop()()
        return total / len(self._blocks)


def _narrow(weights: Weights, stride: int) -> Convolution | Linear:
    weights = weights.convolve(weights.convolving, torch.float32)
    if stride == 1:
        return Linear.pointwise(weights)
    return Convolution(weights, stride=stride, padding=stride // 2)
