"""Waves as 16-bit samples."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.engines import EngineError

FULL = 32_767


def to_pcm(waves: Tensor, samples: Sequence[int]) -> list[NDArray[np.int16]]:
    """Rows in -1..1, clipped, each cut to its number of samples. Made where the waves are, and copied once.

    Raises EngineError if a sample is no number.
    """
    own = [wave[:count] for wave, count in zip(waves, samples, strict=True)]
    if not bool(torch.stack([torch.isfinite(wave).all() for wave in own]).all()):
        raise EngineError("the network overflowed: its audio has samples that are no numbers")
    whole: NDArray[np.int16] = waves.clamp(-1, 1).mul(FULL).round().to(torch.int16).cpu().numpy()
    return [row[:count].copy() for row, count in zip(whole, samples, strict=True)]
