"""The header of a WAV stream whose length nobody knows yet."""

import struct

UNKNOWN = 0xFFFFFFFF  # what FFmpeg and sox write to a pipe
PCM = 1


def wav_header(sample_rate: int) -> bytes:
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, PCM, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", UNKNOWN, b"WAVE") + fmt + struct.pack("<4sI", b"data", UNKNOWN)
