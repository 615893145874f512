"""The voice's buzz and breath: sines at the pitch and its harmonics, with noise, as a spectrum.

The one part where a rounding error is heard: it adds up phases to 1e5 radians and then takes angles, which jump at half
a turn. So each sentence is computed by itself, step by step in the package's own order, from a pitch that is the same
to the last bit whatever the batch, with noise that belongs to the place in the sentence. The spectrum is in float64.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from synth.engines.kokoro.model.inventory import HARMONICS
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.rates import CURVE, FRAME_SAMPLES, HOP, SAMPLE_RATE, WINDOW
from synth.engines.kokoro.model.weights import Weights

CURVE_SAMPLES = FRAME_SAMPLES // CURVE
VOICED = 10.0  # Hz
LOUDNESS = 0.1
VOICED_NOISE = 0.003
BANK = 30  # seconds of noise; begins again after that
SEED = 123


class Source:
    def __init__(self, weights: Weights, device: torch.device) -> None:
        self._mix = Linear.of(weights.part("m_source.l_linear"))
        self._harmonics = torch.arange(1.0, HARMONICS + 1, device=device)
        self._window = torch.hann_window(WINDOW, dtype=torch.float64, device=device)
        self._noise = noise_bank().to(device)

    def __call__(self, pitch: Tensor, frames: Sequence[int]) -> Tensor:
        """pitch: float32 [rows, 2 * frames, 1] -> [rows, FINE steps, 2 * BINS], zero beyond each row's end."""
        spectra = [self.spectrum(self.wave(row[: CURVE * own, 0])) for row, own in zip(pitch, frames, strict=True)]
        return pad_sequence(spectra, batch_first=True)

    def wave(self, pitch: Tensor) -> Tensor:
        """[2 * frames] -> [samples] in -1..1."""
        turns = (pitch[:, None] * self._harmonics / SAMPLE_RATE) % 1
        phase = (torch.cumsum(turns, 0) * 2 * torch.pi).T[None] * CURVE_SAMPLES
        phase = F.interpolate(phase, scale_factor=float(CURVE_SAMPLES), mode="linear")[0].T
        voiced = (pitch > VOICED).to(pitch.dtype).repeat_interleave(CURVE_SAMPLES)[:, None]
        breath = voiced * VOICED_NOISE + (1 - voiced) * LOUDNESS / 3
        return torch.tanh(self._mix(torch.sin(phase) * LOUDNESS * voiced + breath * self._noise_for(len(phase))))[:, 0]

    def spectrum(self, wave: Tensor) -> Tensor:
        """[samples] -> magnitudes and angles, [samples / HOP + 1, 2 * BINS]; both ends are mirrored."""
        padded = F.pad(wave.double()[None, None], (WINDOW // 2, WINDOW // 2), mode="reflect")[0, 0]
        bins = torch.fft.rfft(padded.unfold(0, WINDOW, HOP) * self._window)
        return torch.cat([bins.abs(), bins.angle()], dim=1).to(wave.dtype)

    def _noise_for(self, samples: int) -> Tensor:
        return self._noise.repeat(math.ceil(samples / len(self._noise)), 1)[:samples]


def noise_bank() -> Tensor:
    """[samples, HARMONICS], the same everywhere: made on the CPU from a fixed seed."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.randn(BANK * SAMPLE_RATE, HARMONICS, generator=generator)
