"""Rows at random, and how far two waves are apart."""

import random

import pytest
import torch

from synth.engines.kokoro.model.model import Row, open_model

EXACT = 110.0  # dB; two float32 computations of the same thing are 115 to 125 apart


class Rows:
    """Of random tokens in a random voice."""

    def __init__(self, seed, sizes, symbols=178):
        self._random = random.Random(seed)
        self._generator = torch.Generator().manual_seed(seed)
        self._sizes = sizes
        self._symbols = symbols

    def one(self, size=None, speed=None):
        size = size or self._random.randint(*self._sizes)
        tokens = [self._random.randrange(1, self._symbols) for _ in range(size)]
        style = torch.randn(256, generator=self._generator) * 0.15
        return Row((0, *tokens, 0), style, speed or self._random.choice((0.8, 1.0, 1.0, 1.3)))

    def some(self, count):
        return [self.one() for _ in range(count)]


def distance(wave, other):
    """In dB: 20 a decimal digit."""
    assert wave.shape == other.shape
    error = (wave.double() - other.double()).square().sum()
    return float("inf") if error == 0 else float(10 * torch.log10(wave.double().square().sum() / error))


@pytest.fixture(scope="session")
def small(small_checkpoint):
    return open_model(small_checkpoint / "config.json", small_checkpoint / "model.pth")


@pytest.fixture(scope="session")
def true(true_checkpoint):
    return open_model(true_checkpoint / "config.json", true_checkpoint / "model.pth")
