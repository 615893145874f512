"""What is asked of the network for one sentence, and what it answers."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture


@dataclass(frozen=True, slots=True)
class Row:
    """tokens: with the silence (0) at both ends; style: [256], of the decoder and of prosody; speed: a factor."""

    tokens: tuple[int, ...]
    style: Tensor
    speed: float = 1.0

    def check(self, sizes: Architecture) -> None:
        """On a graphics card a token out of range would end the process. Raises EngineError."""
        if not 0 < len(self.tokens) <= sizes.positions:
            raise EngineError(f"a row has {len(self.tokens)} tokens; 1 to {sizes.positions} can be spoken")
        if not all(0 <= token < sizes.symbols for token in self.tokens):
            raise EngineError(f"a row has a token outside 0..{sizes.symbols - 1}")
        if self.style.shape != (2 * sizes.style,):
            raise EngineError(f"a row's style has shape {tuple(self.style.shape)}, not ({2 * sizes.style},)")
        if not self.style.isfinite().all():
            raise EngineError("a row's style has values that are no numbers")
        if not (self.speed > 0 and math.isfinite(self.speed)):
            raise EngineError(f"a row's speed is {self.speed}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """pcm: at 24 kHz; frames: of each token, FRAME_SAMPLES samples each."""

    pcm: NDArray[np.int16]
    frames: tuple[int, ...]
