"""How long each token sounds, and what the pitch is made from."""

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.linear import Linear, Recurrence
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights

EPSILON = 1e-5


class Durations:
    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        encoder = weights.part("text_encoder.lstms")
        self._recurrences = [Recurrence(encoder.part(f"{2 * index}")) for index in range(architecture.layers)]
        self._styles = [Linear.of(encoder.part(f"{2 * index + 1}.fc")) for index in range(architecture.layers)]
        self._last = Recurrence(weights.part("lstm"))
        self._project = Linear.of(weights.part("duration_proj.linear_layer"))

    def encode(self, text: Tensor, style: Tensor, rows: Padded) -> Tensor:
        """text: [rows, tokens, hidden]; style: [rows, style] -> [rows, tokens, hidden + style]."""
        x = _join(text, style)
        for recurrence, project in zip(self._recurrences, self._styles, strict=True):
            y = recurrence(x, rows)
            scale, shift = project(style)[:, None].chunk(2, dim=2)
            x = _join((1 + scale) * F.layer_norm(y, y.shape[2:], eps=EPSILON) + shift, style)
        return x

    def count(self, features: Tensor, rows: Padded) -> Tensor:
        """What `encode` gives -> frames for each token, not yet whole, [rows, tokens]."""
        return torch.sigmoid(self.logits(features, rows)).sum(2)

    def logits(self, features: Tensor, rows: Padded) -> Tensor:
        """[rows, tokens, longest]: of the chances that a token goes on for another frame."""
        return self._project(self._last(features, rows))


def _join(x: Tensor, style: Tensor) -> Tensor:
    return torch.cat([x, style[:, None].expand(-1, x.shape[1], -1)], dim=2)
