"""Samples as 32 bit floats from -1 to 1."""

import numpy as np

FULL_SCALE = 32_768  # a power of two, so that nothing is rounded


def float32(pcm: bytes) -> bytes:
    """PCM s16le as f32le."""
    return (np.frombuffer(pcm, "<i2").astype("<f4") / FULL_SCALE).tobytes()
