"""Random batches: how far is each row from itself alone?"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from synth.engines.kokoro.bench.sentences import dice_of, random_row
from synth.engines.kokoro.model.arrangement import Arrangement
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.row import Row

LAYOUTS = MappingProxyType(
    {
        "padded": Arrangement(max_rows=8, spare=1.0),
        "bucketed": Arrangement(max_rows=8, spare=0.3, multiple=16),
        "packed": Arrangement(max_rows=8, packed=True),
    }
)
ROWS = (2, 5)
TOKENS = (1, 14)
IDENTICAL = 200.0  # dB, in place of infinity


@dataclass(frozen=True, slots=True)
class Exactness:
    """Distances in dB between a row in a batch and alone, over all rows."""

    batches: int
    rows: int
    worst: float
    median: float
    other_durations: int


def measure_exactness(model: Model, batches: int, threads: Sequence[int], seed: int) -> Exactness:
    """model: with its front in float64. Alone: with one thread; the batches take the numbers of threads in turn."""
    distances: list[float] = []
    other = 0
    for index in range(batches):
        dice = dice_of(seed + index)
        rows = [random_row(dice, dice.randint(*TOKENS)) for _ in range(dice.randint(*ROWS))]
        layout = list(LAYOUTS.values())[index % len(LAYOUTS)]
        count = threads[index // len(LAYOUTS) % len(threads)]
        for (wave, frames), (alone, own) in _pairs(model, layout, rows, count):
            other += frames != own
            distances.append(distance(alone, wave) if frames == own else 0.0)
    torch.set_num_threads(1)
    return Exactness(batches, len(distances), min(distances), statistics.median(distances), other)


Voiced = tuple[Tensor, tuple[int, ...]]


def _pairs(model: Model, layout: Arrangement, rows: Sequence[Row], threads: int) -> Iterator[tuple[Voiced, Voiced]]:
    torch.set_num_threads(threads)
    together = Model(model.network, layout).voice(rows)
    torch.set_num_threads(1)
    for row, voiced in zip(rows, together, strict=True):
        yield voiced, model.voice([row])[0]


def distance(wave: Tensor, other: Tensor) -> float:
    error = float((wave.double() - other.double()).square().sum())
    power = float(wave.double().square().sum())
    return min(IDENTICAL, float(10 * torch.log10(torch.tensor(power / error)))) if error else IDENTICAL
