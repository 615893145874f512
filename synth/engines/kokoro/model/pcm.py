"""Waves as 16-bit samples."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

FULL = 32_767
NO_NUMBER = -FULL - 1  # no sample that was clipped has this value


def to_pcm(waves: Tensor) -> Tensor:
    """Rows in -1..1, clipped: int16. A sample that is no number is NO_NUMBER, so that `cut` sees it."""
    scaled = waves.clamp(-1, 1).mul_(FULL).round_()
    return scaled.masked_fill_(~waves.isfinite(), NO_NUMBER).to(torch.int16)


def whole(wave: Tensor) -> NDArray[np.int16] | None:
    """All of a wave that is on the host. None: one of its samples is no number."""
    return cut(to_pcm(wave).numpy(), len(wave))


def cut(row: NDArray[np.int16], samples: int) -> NDArray[np.int16] | None:
    """A row's own samples. None: one of them is no number."""
    own = row[:samples]
    return None if (own == NO_NUMBER).any() else own.copy()
