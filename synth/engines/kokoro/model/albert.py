"""PLBERT: what each token means among the others. An ALBERT, one layer's weights used again and again."""

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.linear import LayerNorm, Linear
from synth.engines.kokoro.model.rates import FRAME
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights

EPSILON = 1e-12


class Albert:
    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        embeddings = weights.part("embeddings")
        layer = weights.part("encoder.albert_layer_groups.0.albert_layers.0")
        attention = layer.part("attention")
        self._layers = architecture.albert_layers
        self._heads = architecture.albert_heads
        self._words = embeddings["word_embeddings.weight"]
        self._places = embeddings["position_embeddings.weight"] + embeddings["token_type_embeddings.weight"][0]
        self._embedded = LayerNorm.of(embeddings.part("LayerNorm"), EPSILON)
        self._widen = Linear.of(weights.part("encoder.embedding_hidden_mapping_in"))
        self._question = Linear.of(attention.part("query"))
        self._key = Linear.of(attention.part("key"))
        self._value = Linear.of(attention.part("value"))
        self._attended = Linear.of(attention.part("dense"))
        self._after_attention = LayerNorm.of(attention.part("LayerNorm"), EPSILON)
        self._inner = Linear.of(layer.part("ffn"))
        self._outer = Linear.of(layer.part("ffn_output"))
        self._after_layer = LayerNorm.of(layer.part("full_layer_layer_norm"), EPSILON)

    def __call__(self, tokens: Tensor, rows: Padded) -> Tensor:
        """tokens: [rows, time] -> [rows, time, hidden]."""
        within = rows.within(FRAME)
        allowed = None if within is None else within[:, None, None, :]
        x = self._widen(self._embedded(self._words[tokens] + self._places[: tokens.shape[1]]))
        for _ in range(self._layers):
            x = self._after_attention(x + self._attend(x, allowed))
            x = self._after_layer(x + self._outer(F.gelu(self._inner(x), approximate="tanh")))
        return x

    def _attend(self, x: Tensor, allowed: Tensor | None) -> Tensor:
        question, key, value = (self._split(part(x)) for part in (self._question, self._key, self._value))
        mixed: Tensor = F.scaled_dot_product_attention(question, key, value, attn_mask=allowed)
        return self._attended(mixed.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        """[rows, time, hidden] -> [rows, heads, time, hidden / heads]."""
        return torch.unflatten(x, 2, (self._heads, -1)).transpose(1, 2)
