"""Samples out of the generator's spectrum: an inverse STFT for each sentence."""

import torch
from torch import Tensor

from synth.engines.kokoro.model.rates import BINS, FINE, HOP, WINDOW
from synth.engines.kokoro.model.rows import Padded

OVERLAP = WINDOW // HOP


class Waves:
    def __init__(self, device: torch.device) -> None:
        window = torch.hann_window(WINDOW, dtype=torch.float64, device=device)
        self._basis = _inverse_basis(window).float()
        self._weight = window.square().float()

    def __call__(self, x: Tensor, rows: Padded) -> Tensor:
        """x: [rows, FINE steps, 2 * BINS] as the generator makes it -> [rows, samples]."""
        x = x.float()
        magnitude, phase = torch.exp(x[:, :, :BINS]), torch.sin(x[:, :, BINS:])
        waves = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], dim=2) @ self._basis
        weight = self._weight.expand(*x.shape[:2], WINDOW)
        margin = WINDOW // 2
        summed, weights = (_overlap(rows.zero(part, FINE))[:, margin:-margin] for part in (waves, weight))
        return summed / weights


def _overlap(windows: Tensor) -> Tensor:
    """[rows, steps, WINDOW] -> [rows, (steps - 1) * HOP + WINDOW], each HOP after the one before."""
    rows, steps, _ = windows.shape
    whole = windows.new_zeros(rows, steps + OVERLAP - 1, HOP)
    for index in range(OVERLAP):
        whole[:, index : index + steps] += windows[:, :, index * HOP : (index + 1) * HOP]
    return whole.flatten(1)


def _inverse_basis(window: Tensor) -> Tensor:
    """[2 * BINS, WINDOW]: real and imaginary parts of a spectrum -> windowed samples."""
    eye = torch.eye(BINS, dtype=torch.complex128, device=window.device)
    basis: Tensor = torch.fft.irfft(torch.cat([eye, 1j * eye]), n=WINDOW)
    return basis * window
