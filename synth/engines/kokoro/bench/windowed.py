"""A sentence in two windows beside the whole one: how much sooner it is heard, how far off it is, what it costs."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from synth.engines.kokoro.bench.exact import distance
from synth.engines.kokoro.bench.sentences import dice_of, random_row
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import SAMPLE_RATE
from synth.engines.kokoro.model.row import Row, Spoken
from synth.engines.kokoro.model.windows import split_of


@dataclass(frozen=True, slots=True)
class Windowed:
    """seconds: that the row lasts; begun: that are heard first. whole, first, all: seconds of the processor for the row
    as a whole, until the first window, and for both. begun_distance, rest_distance: from the whole row, in dB.
    """

    seconds: float
    begun: float
    whole: float
    first: float
    all: float
    begun_distance: float
    rest_distance: float


def measure_windows(model: Model, tokens: Sequence[int], repeats: int) -> list[Windowed]:
    """Of those of these rows that are long enough for two windows."""
    rows = [random_row(dice_of(count), count) for count in tokens]
    return [_measure(model, row, repeats) for row in rows if split_of(model.speak([row])[0].frames)]


def _measure(model: Model, row: Row, repeats: int) -> Windowed:
    exact = model.speak([row])[0].pcm
    begun, spoken, _ = _say_early(model, row)
    times = [(_say_whole(model, row), *_say_early(model, row)[2]) for _ in range(repeats)]
    whole, first, both = (round(statistics.median(column), 3) for column in zip(*times, strict=True))
    split = len(begun.pcm)
    near, rest = (
        round(distance(torch.from_numpy(exact[part]), torch.from_numpy(spoken.pcm[part])), 1)
        for part in (slice(split), slice(split, None))
    )
    return Windowed(len(exact) / SAMPLE_RATE, split / SAMPLE_RATE, whole, first, both, near, rest)


def _say_whole(model: Model, row: Row) -> float:
    start = time.process_time()
    model.speak([row])
    return time.process_time() - start


def _say_early(model: Model, row: Row) -> tuple[Spoken, Spoken, tuple[float, float]]:
    """Its beginning, all of it, and when they came."""
    heard: list[Spoken] = []
    times: list[float] = []

    def hear(spoken: Spoken | None) -> None:
        assert spoken is not None
        times.append(time.process_time() - start)
        heard.append(spoken)

    start = time.process_time()
    hear(model.say_early(row, hear))
    begun, spoken = heard
    return begun, spoken, (times[0], times[1])
