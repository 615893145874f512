"""Samples as 32 bit floats from -1 to 1: a sample divided by a power of two, so that nothing is rounded."""

from collections.abc import Callable

from av import AudioFrame, AudioResampler

ANY_RATE = 48_000  # which stays what it is


def float32() -> Callable[[bytes], bytes]:
    """Converts PCM s16le to f32le, by FFmpeg; 7 us for as much as comes at once."""
    resampler = AudioResampler(format="flt", layout="mono", rate=ANY_RATE)

    def convert(pcm: bytes) -> bytes:
        frame = AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        frame.planes[0].update(pcm)
        frame.sample_rate = ANY_RATE
        return b"".join(bytes(part.planes[0])[: 4 * part.samples] for part in resampler.resample(frame))

    return convert
