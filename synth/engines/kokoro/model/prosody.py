"""Pitch (Hz) and loudness, two values for each frame."""

from torch import Tensor

from synth.engines.kokoro.model.blocks import LeakyBlock
from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.linear import Linear, Recurrence
from synth.engines.kokoro.model.rates import CURVE, FRAME
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights

BLOCKS = 3


class Prosody:
    def __init__(self, weights: Weights) -> None:
        self._shared = Recurrence(weights.part("shared"))
        self._pitch = _Curve(weights, "F0")
        self._loudness = _Curve(weights, "N")

    def __call__(self, x: Tensor, style: Tensor, rows: Padded, *, executor: Executor = INLINE) -> tuple[Tensor, Tensor]:
        """x: [rows, frames, channels]; style: [rows, style] -> twice [rows, 2 * frames, 1]. What stands behind
        the end of a row has no meaning.
        """
        shared = self._shared(x, rows)
        loudness = executor.submit(lambda _: self._loudness(shared, style, rows))
        return self._pitch(shared, style, rows), loudness()


class _Curve:
    def __init__(self, weights: Weights, name: str) -> None:
        self._blocks = [LeakyBlock(weights.part(f"{name}.{index}")) for index in range(BLOCKS)]
        self._project = Linear.pointwise(weights.part(f"{name}_proj"))

    def __call__(self, x: Tensor, style: Tensor, rows: Padded) -> Tensor:
        rate = FRAME
        for block in self._blocks:
            x = block(x, style, rows, rate)
            rate = CURVE if block.doubles else rate
        return self._project(x)
