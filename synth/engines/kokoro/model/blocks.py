"""The two residual blocks that the rest is made of."""

import math

import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.convolution import Convolution, Upsampling
from synth.engines.kokoro.model.executor import Breathe, go_on
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.norm import StyleNorm
from synth.engines.kokoro.model.rows import Rows
from synth.engines.kokoro.model.snake import SnakeNorm
from synth.engines.kokoro.model.weights import Weights

SLOPE = 0.2


class LeakyBlock:
    """Of pitch, loudness and the decoder. May double the rate."""

    def __init__(self, weights: Weights) -> None:
        self._first = Convolution(weights.part("conv1"))
        self._second = Convolution(weights.part("conv2"))
        self._norms = [StyleNorm.of(weights.part(f"norm{index}")) for index in (1, 2)]
        shortcut, pool = weights.part("conv1x1"), weights.part("pool")
        grouped = pool.get("weight")
        self._shortcut = None if shortcut.get("weight") is None else Linear.pointwise(shortcut)
        self._pool = None if grouped is None else Upsampling.of(pool, 2, groups=len(grouped))

    @property
    def doubles(self) -> bool:
        return self._pool is not None

    def __call__(self, x: Tensor, style: Tensor, rows: Rows, rate: int) -> Tensor:
        """In rows: x at this rate; style per sentence -> in rows, at twice the rate if it doubles."""
        y = self._clear(self._norms[0](x, style, rows, rate), rows, rate)
        x = self._shortcut(x) if self._shortcut else x
        if self._pool:
            x, rate = x.repeat_interleave(2, dim=1), 2 * rate
            y = rows.zero(self._pool(y), rate)
        y = self._clear(self._norms[1](self._first(y), style, rows, rate), rows, rate)
        return (self._second(y) + x) * math.sqrt(0.5)

    def _clear(self, x: Tensor, rows: Rows, rate: int) -> Tensor:
        return rows.zero(F.leaky_relu(x, SLOPE), rate)


class SnakeBlock:
    """Of the generator: three times norm, snake, dilated convolution, norm, snake, convolution."""

    def __init__(self, weights: Weights, dilations: tuple[int, ...], snake: SnakeNorm) -> None:
        self._snake = snake
        self._steps = [
            (
                StyleNorm.of(weights.part(f"adain{half}.{index}")),
                weights[f"alpha{half}.{index}"].flatten(),
                Convolution(weights.part(f"convs{half}.{index}"), dilation=dilation if half == 1 else 1),
            )
            for index, dilation in enumerate(dilations)
            for half in (1, 2)
        ]

    def __call__(self, x: Tensor, style: Tensor, rows: Rows, rate: int, breathe: Breathe = go_on) -> Tensor:
        """In rows: x at this rate; style per sentence -> in rows."""
        y = x
        for index, (norm, alpha, convolution) in enumerate(self._steps):
            breathe()
            y = convolution(self._snake(y, norm.affine(style), alpha, rows, rate))
            if index % 2:
                x = y = x + y
        return x
