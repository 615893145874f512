"""Rows at random, the same for every run."""

import random

import torch

from synth.engines.kokoro.model.row import Row

SYMBOLS = 178
STYLE = 256
STYLE_SPREAD = 0.15  # as in the released voices


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret


def random_row(dice: random.Random, tokens: int) -> Row:
    style = torch.randn(STYLE, generator=torch.Generator().manual_seed(dice.getrandbits(32))) * STYLE_SPREAD
    return Row((0, *(dice.randrange(1, SYMBOLS) for _ in range(tokens)), 0), style)
