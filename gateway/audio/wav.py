"""The header of a WAV stream whose length nobody knows yet, around samples of any of our kinds.

What is not plain PCM says how long its extension is, none, and in a `fact` chunk how many samples there are: unknown.
"""

import struct
from dataclasses import dataclass

UNKNOWN = 0xFFFFFFFF  # what FFmpeg and sox write to a pipe


@dataclass(frozen=True, slots=True)
class WavSamples:
    """tag: of mmreg.h; width: bytes of a sample."""

    tag: int
    width: int


PCM = WavSamples(1, 2)
FLOAT = WavSamples(3, 4)
ALAW = WavSamples(6, 1)
MULAW = WavSamples(7, 1)


def wav_header(sample_rate: int, samples: WavSamples = PCM) -> bytes:
    width = samples.width
    fmt = struct.pack("<HHIIHH", samples.tag, 1, sample_rate, sample_rate * width, width, 8 * width)
    described = _chunk(b"fmt ", fmt)
    if samples is not PCM:
        described = _chunk(b"fmt ", fmt + struct.pack("<H", 0)) + _chunk(b"fact", struct.pack("<I", UNKNOWN))
    return struct.pack("<4sI4s", b"RIFF", UNKNOWN, b"WAVE") + described + struct.pack("<4sI", b"data", UNKNOWN)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body
