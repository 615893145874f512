"""Rows at random, and whether two waves are the same."""

import random

import pytest
import torch

from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.precision import Precision
from synth.engines.kokoro.model.row import Row

EXACT = 110.0  # dB; float32 computations of the same thing in another order are 115 to 130 apart
SYMBOLS = 178


@pytest.fixture(scope="session")
def random_rows():
    """Of `sizes` tokens each, in a voice each."""

    def make(seed, count, sizes):
        dice, generator = random.Random(seed), torch.Generator().manual_seed(seed)

        def row():
            tokens = [dice.randrange(1, SYMBOLS) for _ in range(dice.randint(*sizes))]
            style = torch.randn(256, generator=generator) * 0.15
            return Row((0, *tokens, 0), style, dice.choice((0.8, 1.0, 1.0, 1.3)))

        return [row() for _ in range(count)]

    return make


@pytest.fixture(scope="session")
def distance():
    """In dB: 20 a decimal digit."""

    def between(wave, other):
        assert wave.shape == other.shape
        error = (wave.double() - other.double()).square().sum()
        return float("inf") if error == 0 else float(10 * torch.log10(wave.double().square().sum() / error))

    return between


@pytest.fixture(scope="session")
def same(distance):
    return lambda wave, other: distance(wave, other) >= EXACT


@pytest.fixture(scope="session")
def small(small_checkpoint):
    return open_model(small_checkpoint / "config.json", small_checkpoint / "model.pth", precision=Precision())


@pytest.fixture(scope="session")
def true(true_checkpoint):
    return open_model(true_checkpoint / "config.json", true_checkpoint / "model.pth", precision=Precision())
