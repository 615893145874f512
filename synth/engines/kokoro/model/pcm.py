"""Waves as 16-bit samples."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.engines import EngineError

FULL = 32_767


def to_pcm(wave: Tensor) -> NDArray[np.int16]:
    """[samples] in -1..1, clipped -> the same. Raises EngineError if a sample is no number."""
    if not bool(torch.isfinite(wave).all()):
        raise EngineError("the network overflowed: its audio has samples that are no numbers")
    samples: NDArray[np.int16] = wave.clamp(-1, 1).mul(FULL).round().to(torch.int16).cpu().numpy()
    return samples
