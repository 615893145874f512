"""Another sample rate for a whole stream, exact in its length."""

from av import AudioFrame, AudioResampler


class Resampler:
    """After `drain`, n samples in have given round(n * output_rate / input_rate) out, however they were cut.

    FFmpeg's resampler runs about 2 ms behind and is right to a sample at its end; it hears nothing in a stream of less
    than that, which comes out as silence.
    """

    def __init__(self, input_rate: int, output_rate: int) -> None:
        self._input_rate = input_rate
        self._output_rate = output_rate
        self._heard = 0
        self._made = 0
        self._resampler = self._fresh()

    def resample(self, pcm: bytes) -> bytes:
        frame = AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        frame.planes[0].update(pcm)
        frame.sample_rate = self._input_rate
        samples = self._samples(frame)
        self._heard += frame.samples
        self._made += len(samples) // 2
        return samples

    def drain(self) -> bytes:
        """What is still inside. The next sample begins anew as the first did, mirrored at the edge: no click."""
        total = round(self._heard * self._output_rate / self._input_rate)
        missing = 2 * (total - self._made)
        self._made = total
        tail = self._samples(None)
        self._resampler = self._fresh()
        return tail[:missing].ljust(missing, b"\0")

    def _samples(self, frame: AudioFrame | None) -> bytes:
        made = self._resampler.resample(frame)
        return b"".join(bytes(part.planes[0])[: 2 * part.samples] for part in made)

    def _fresh(self) -> AudioResampler:
        return AudioResampler(format="s16", layout="mono", rate=self._output_rate)
