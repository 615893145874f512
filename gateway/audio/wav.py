"""The header of a WAV stream, of known length or not, around samples of any of our kinds.

What is not plain PCM says how long its extension is, none, and in a `fact` chunk how many samples there are.
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


def wav_header(sample_rate: int, samples: WavSamples = PCM, size: int | None = None) -> bytes:
    """size: bytes of samples, None while that is not known; the header is as long either way.

    It cannot say 4 GiB (a day at 24 kHz) or more: then it stays as it was, and who reads it reads to the end.
    """
    unknown = _header(sample_rate, samples, None)
    if size is None or len(unknown) + size > UNKNOWN:
        return unknown
    return _header(sample_rate, samples, size)


def _header(sample_rate: int, samples: WavSamples, size: int | None) -> bytes:
    width = samples.width
    fmt = struct.pack("<HHIIHH", samples.tag, 1, sample_rate, sample_rate * width, width, 8 * width)
    described = b"WAVE" + _chunk(b"fmt ", fmt)
    if samples is not PCM:
        count = UNKNOWN if size is None else size // width
        described = b"WAVE" + _chunk(b"fmt ", fmt + struct.pack("<H", 0)) + _chunk(b"fact", struct.pack("<I", count))
    data = struct.pack("<4sI", b"data", UNKNOWN if size is None else size)
    riff = UNKNOWN if size is None else len(described) + len(data) + size
    return struct.pack("<4sI", b"RIFF", riff) + described + data


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body
