"""What each token sounds like: three convolutions and a recurrence over the tokens."""

import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.convolution import Convolution
from synth.engines.kokoro.model.linear import LayerNorm, Recurrence
from synth.engines.kokoro.model.rates import FRAME
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights

EPSILON = 1e-5
SLOPE = 0.2


class TextEncoder:
    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        layers = [weights.part(f"cnn.{index}") for index in range(architecture.layers)]
        self._embedding = weights["embedding.weight"]
        self._convolutions = [Convolution(layer.part("0")) for layer in layers]
        self._norms = [LayerNorm.of(layer.part("1"), EPSILON, "gamma", "beta") for layer in layers]
        self._recurrence = Recurrence(weights.part("lstm"))

    def __call__(self, tokens: Tensor, rows: Padded) -> Tensor:
        """tokens: [rows, time] -> [rows, time, hidden]; what stands behind the end has no meaning."""
        x = rows.zero(self._embedding[tokens], FRAME)
        for convolution, norm in zip(self._convolutions, self._norms, strict=True):
            x = rows.zero(F.leaky_relu(norm(convolution(x)), SLOPE), FRAME)
        return self._recurrence(x, rows)
