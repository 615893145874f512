"""What audio sounds like: how long it is, how loud, and whether it is the same speech as another."""

import io
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

STEP = 0.02  # seconds: the grain of loudness
SILENT = 0.003  # of full scale: below it a step counts as silence
SLACK = 2  # steps by which two recordings may be shifted against each other: a codec's delay

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """samples: -1 to 1, mono."""

    samples: Samples
    rate: int

    @property
    def loudness(self) -> Samples:
        """Root mean square of each step, without the silence before and after."""
        step = int(STEP * self.rate)
        whole = self.samples[: len(self.samples) // step * step].reshape(-1, step)
        levels = np.sqrt((whole**2).mean(axis=1))
        (heard,) = np.nonzero(levels > SILENT)
        return levels[heard[0] : heard[-1] + 1] if heard.size else levels[:0]

    @property
    def seconds(self) -> float:
        """Of speech, from its first sound to its last."""
        return len(self.loudness) * STEP

    @property
    def audible(self) -> bool:
        """Most of it is, and it is as loud as speech is."""
        levels = self.loudness
        return bool(levels.size) and float((levels > SILENT).mean()) > 0.5 and float(levels.max()) > 0.05


def likeness(one: Sound, other: Sound) -> float:
    """How alike the two rise and fall from their first sound on, 1 for the same speech and nothing beside it."""
    first, second = one.loudness, other.loudness
    if min(len(first), len(second)) < 2 * SLACK:
        return 0.0
    length = max(len(first), len(second)) + SLACK
    starts = range(SLACK + 1)
    shifted = [(_from(first, at, length), _from(second, 0, length)) for at in starts]
    shifted += [(_from(first, 0, length), _from(second, at, length)) for at in starts]
    return max(_correlation(*pair) for pair in shifted)


def _from(levels: Samples, start: int, length: int) -> Samples:
    return np.pad(levels, (start, length - start - len(levels)))


def _correlation(one: Samples, other: Samples) -> float:
    if not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def samples(whole: NDArray[np.int16]) -> Samples:
    return whole.astype(np.float32) / 32_768


def listen(path: Path, encoding: str, rate: int) -> Sound:
    """encoding: s16le, f32le, or file. What an interruption left of a last sample is not heard."""
    data = path.read_bytes()
    if encoding == "file":
        return _decode(data) if data else Sound(np.zeros(0, np.float32), rate)
    if encoding == "f32le":
        return Sound(np.frombuffer(data[: len(data) // 4 * 4], "<f4"), rate)
    return Sound(samples(np.frombuffer(data[: len(data) // 2 * 2], "<i2")), rate)


def _decode(data: bytes) -> Sound:
    """An interrupted file may end in the middle of a frame."""
    parts: list[Samples] = []
    rate = 0
    with av.open(io.BytesIO(data)) as container:
        to_mono = av.AudioResampler("flt", "mono")
        try:
            for frame in container.decode(audio=0):
                rate = frame.sample_rate
                parts += [out.to_ndarray()[0] for out in to_mono.resample(frame)]
        except av.InvalidDataError:
            pass
    return Sound(np.concatenate(parts) if parts else np.zeros(0, np.float32), rate)
