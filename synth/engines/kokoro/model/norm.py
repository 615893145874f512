"""Adaptive instance normalisation: each sentence to mean 0 and variance 1 per channel, then scaled to its style."""

from dataclasses import dataclass

from torch import Tensor

from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.rows import Rows
from synth.engines.kokoro.model.weights import Weights


@dataclass(frozen=True, slots=True)
class StyleNorm:
    project: Linear

    @classmethod
    def of(cls, weights: Weights) -> "StyleNorm":
        return cls(Linear.of(weights.part("fc")))

    def __call__(self, x: Tensor, style: Tensor, rows: Rows, rate: int) -> Tensor:
        """In rows: x; style per sentence -> in rows, in the style's type; beyond a sentence's end it has no meaning."""
        return rows.normalise(x, *self.affine(style), rate)

    def affine(self, style: Tensor) -> tuple[Tensor, Tensor]:
        """Per sentence: what each channel is scaled by and shifted to."""
        gain, bias = self.project(style).chunk(2, dim=1)
        return 1 + gain, bias
