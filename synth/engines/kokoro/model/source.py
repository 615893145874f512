"""The voice's buzz and breath: sines at the pitch and its harmonics, with noise, as a spectrum.

The one part where a rounding error is heard: it adds up phases to 1e5 radians and then takes angles, which jump at half
a turn. So each sentence is computed by itself, step by step in the package's own order, from a pitch that is the same
to the last bit whatever the batch, with noise that belongs to the place in the sentence. The spectrum is in float64.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.inventory import HARMONICS
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.rates import CURVE, FINE, FRAME_SAMPLES, HOP, SAMPLE_RATE, WINDOW
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights

CURVE_SAMPLES = FRAME_SAMPLES // CURVE
VOICED = 10.0  # Hz
LOUDNESS = 0.1
VOICED_NOISE = 0.003
BANK = 30  # seconds of noise; begins again after that
SEED = 123


class Source:
    def __init__(self, weights: Weights, device: torch.device, adding: torch.dtype = torch.float32) -> None:
        """adding: in which phases are added up. A processor does so step by step, as the package does; a card in an
        order of its own, which must not be heard: there in float64.
        """
        self._mix = Linear.of(weights.part("m_source.l_linear"))
        self._harmonics = torch.arange(1.0, HARMONICS + 1, device=device)
        self._window = torch.hann_window(WINDOW, dtype=torch.float64, device=device)
        self._noise = noise_bank().to(device)
        self._adding = adding

    def __call__(self, pitch: Tensor, rows: Padded) -> Tensor:
        """pitch: float32 [rows, CURVE steps, 1] -> [rows, FINE steps, 2 * BINS], zero beyond each row's end."""
        return rows.zero(self.spectrum(self.wave(rows.zero(pitch, CURVE)[:, :, 0]), rows), FINE)

    def wave(self, pitch: Tensor) -> Tensor:
        """[rows, CURVE steps] -> [rows, samples] in -1..1. A pitch of 0 holds the phase where it is."""
        turns = (pitch[:, :, None] * self._harmonics / SAMPLE_RATE) % 1
        phase = torch.cumsum(turns.to(self._adding), 1) * 2 * torch.pi * CURVE_SAMPLES
        phase = F.interpolate(phase.transpose(1, 2), scale_factor=float(CURVE_SAMPLES), mode="linear").transpose(1, 2)
        voiced = (pitch > VOICED).to(pitch.dtype).repeat_interleave(CURVE_SAMPLES, dim=1)[:, :, None]
        breath = voiced * VOICED_NOISE + (1 - voiced) * LOUDNESS / 3
        sines = torch.sin(phase).to(pitch.dtype) * LOUDNESS * voiced
        return torch.tanh(self._mix(sines + breath * self._noise_for(phase.shape[1])))[:, :, 0]

    def spectrum(self, wave: Tensor, rows: Padded) -> Tensor:
        """[rows, samples] -> magnitudes and angles, [rows, FINE steps, 2 * BINS]; both ends are mirrored."""
        padded = rows.reflect(wave.double(), WINDOW // 2, FRAME_SAMPLES)
        bins = torch.fft.rfft(padded.unfold(1, WINDOW, HOP) * self._window)
        return torch.cat([bins.abs(), bins.angle()], dim=2).to(wave.dtype)

    def _noise_for(self, samples: int) -> Tensor:
        return self._noise.repeat(math.ceil(samples / len(self._noise)), 1)[:samples]


def noise_bank() -> Tensor:
    """[samples, HARMONICS], the same everywhere: made on the CPU from a fixed seed."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.randn(BANK * SAMPLE_RATE, HARMONICS, generator=generator)
