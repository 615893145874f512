"""A row spoken with a second core beside the same with one: how much sooner it is there, and that it is the same."""

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch

from synth.engines import Interest
from synth.engines.kokoro.bench.sentences import dice_of, random_row
from synth.engines.kokoro.cores import Cores
from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import SAMPLE_RATE
from synth.engines.kokoro.model.row import Row
from synth.engines.kokoro.sharing import share


@dataclass(frozen=True, slots=True)
class Helped:
    """seconds: that the row lasts; alone, helped: until it is there, medians; same: to the last bit."""

    seconds: float
    alone: float
    helped: float
    ratio: float
    same: bool


def measure_help(model: Model, tokens: Sequence[int], repeats: int) -> list[Helped]:
    """On a processor, of which two cores should be idle."""
    with ExitStack() as stack:
        cores = Cores(2, torch.inference_mode)
        stack.callback(cores.close)
        executor = stack.enter_context(share(cores, lambda _aside: Interest.URGENT))
        return [_measure(model, random_row(dice_of(count), count), repeats, executor) for count in tokens]


def _measure(model: Model, row: Row, repeats: int, executor: Executor) -> Helped:
    pcm, same = model.speak([row])[0].pcm, model.speak([row], executor)[0].pcm
    times = [(_time(model, row, INLINE), _time(model, row, executor)) for _ in range(repeats)]
    alone, helped = (statistics.median(column) for column in zip(*times, strict=True))
    seconds = round(len(pcm) / SAMPLE_RATE, 2)
    return Helped(seconds, round(alone, 3), round(helped, 3), round(alone / helped, 2), np.array_equal(pcm, same))


def _time(model: Model, row: Row, executor: Executor) -> float:
    start = time.perf_counter()
    model.speak([row], executor)
    return time.perf_counter() - start
