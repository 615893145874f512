"""Audio from which text can be read back: what the tone engine speaks.

At 24,000 Hz every character that is not white space is a block of 1,600 samples (15 characters a second); white
space makes no samples. A block is a sine of k whole cycles that starts at phase 0:

    k         = 20 + 2 * ((code_point - 33) mod 223)
    sample[n] = round(8000 * sin(2 * pi * ((k * n) mod 1600) / 1600)),  n = 0 .. 1599, s16le

One cycle per block is 15 Hz, so "!" is 300 Hz, each code point after it 30 Hz higher, "~" 3,090 Hz (within a
telephone's band) and U+00FF 6,960 Hz; beyond Latin-1 the frequencies are used again. 30 Hz are two bins of a block's
Fourier transform, which is what a lossy codec needs to be told from. The amplitude, 8000, is that of the first voice;
others have their own, so that a listener can tell who spoke.

`round` is to the nearest even integer; reducing k * n first makes the sine's argument, and so every sample, exact.
"""

import math
import struct
from functools import cache

SAMPLE_RATE = 24_000
BLOCK = 1_600  # samples
BLOCK_BYTES = 2 * BLOCK
AMPLITUDE = 8_000
LOWEST = 20  # cycles per block
STEP = 2
CHARACTERS = 223  # "!" to U+00FF


def cycles(character: str) -> int:
    return LOWEST + STEP * ((ord(character) - 33) % CHARACTERS)


def block(character: str) -> bytes:
    return _sine(cycles(character))


def spoken(text: str) -> str:
    """The characters that sound."""
    return "".join(text.split())


def pcm(text: str) -> bytes:
    return b"".join(map(block, spoken(text)))


@cache
def _sine(cycles: int) -> bytes:
    phases = (2 * math.pi * (cycles * n % BLOCK) / BLOCK for n in range(BLOCK))
    return struct.pack(f"<{BLOCK}h", *(round(AMPLITUDE * math.sin(phase)) for phase in phases))
