"""Ours and the package's own forward in turn, on the same rows: seconds of audio for each second of the processor."""

import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from synth.engines.kokoro.bench.sentences import dice_of, random_row
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import FRAME_RATE
from synth.engines.kokoro.model.row import Row

Forward = Callable[[Row], float]  # speaks it, and says how many seconds it lasts


@dataclass(frozen=True, slots=True)
class Speed:
    """seconds: that the row lasts; ours, package: seconds of audio per second, medians; ratio: ours over package."""

    seconds: float
    ours: float
    package: float
    ratio: float


def package_forward(config: Path, weights: Path, device: str) -> Forward:
    """The package as it is shipped: one sentence at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        from kokoro import KModel  # noqa: PLC0415 - two seconds, and only this needs it

        model = KModel(repo_id="hexgrad/Kokoro-82M", config=str(config), model=str(weights)).to(device).eval()

    def forward(row: Row) -> float:
        tokens = torch.tensor([row.tokens], device=device)
        _, frames = model.forward_with_tokens(tokens, row.style[None].to(device), row.speed)
        return float(frames.sum()) / FRAME_RATE

    return forward


def our_forward(model: Model) -> Forward:
    return lambda row: sum(model.speak([row])[0].frames) / FRAME_RATE


def compare(ours: Forward, package: Forward, tokens: Sequence[int], repeats: int, *, device: str) -> list[Speed]:
    speeds = []
    for count in tokens:
        row = random_row(dice_of(count), count)
        seconds, times = (
            ours(row),
            [(_time(ours, row, device), _time(package, row, device)) for _ in range(repeats + 1)],
        )
        mine, theirs = (statistics.median(column) for column in zip(*times[1:], strict=True))  # the first one warms up
        speeds.append(
            Speed(round(seconds, 2), round(seconds / mine, 3), round(seconds / theirs, 3), round(theirs / mine, 3))
        )
    return speeds


def _time(forward: Forward, row: Row, device: str) -> float:
    """Seconds of the processor; on another device, seconds."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    start = clock()
    forward(row)
    if device != "cpu":
        torch.cuda.synchronize()
    return clock() - start
