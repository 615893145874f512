"""From what each frame sounds like, with its pitch and loudness, to what the generator makes waves of."""

import torch
from torch import Tensor

from synth.engines.kokoro.model.blocks import LeakyBlock
from synth.engines.kokoro.model.convolution import Convolution
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.rates import CURVE, FRAME
from synth.engines.kokoro.model.rows import Rows
from synth.engines.kokoro.model.weights import Weights

BLOCKS = 4  # the last one doubles the rate


class Decoder:
    def __init__(self, weights: Weights) -> None:
        self._pitch = Convolution(weights.part("F0_conv"), stride=2)
        self._loudness = Convolution(weights.part("N_conv"), stride=2)
        self._residual = Linear.pointwise(weights.part("asr_res.0"))
        self._encode = LeakyBlock(weights.part("encode"))
        self._blocks = [LeakyBlock(weights.part(f"decode.{index}")) for index in range(BLOCKS)]

    def __call__(self, sound: Tensor, pitch: Tensor, loudness: Tensor, style: Tensor, rows: Rows) -> Tensor:
        """In rows: sound at rate FRAME, the two curves at CURVE -> in rows at CURVE."""
        curves = [self._pitch(pitch), self._loudness(loudness)]
        x = self._encode(torch.cat([sound, *curves], dim=2), style, rows, FRAME)
        beside = torch.cat([self._residual(sound), *curves], dim=2)
        for block in self._blocks:
            x = block(torch.cat([x, beside], dim=2), style, rows, FRAME)
        assert x.shape[1] == CURVE * sound.shape[1]
        return x
