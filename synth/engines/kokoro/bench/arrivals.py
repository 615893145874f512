"""Sentences that come by themselves, so many a second: how soon is each of them heard? By an engine's loop alone.

Whatever has come when the network is free is spoken together; nobody waits for a batch to fill. Reading text, the
queue's order and the wires are not in it: `loadtest converse --rates` measures those too, with all of Voxgate.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import FRAME_RATE
from synth.engines.kokoro.model.row import Row

MOST = 32  # in a batch, as the engine has on a card


@dataclass(frozen=True, slots=True)
class Arrivals:
    """waits: seconds from each one's coming to its samples on the host; audio: seconds; seconds: from the first coming
    to the last samples; largest: batch.
    """

    rate: float
    waits: tuple[float, ...]
    audio: float
    seconds: float
    largest: int

    def wait(self, percent: float) -> float:
        return float(np.percentile(self.waits, percent))


def measure_arrivals(model: Model, rows: Sequence[Row], rate: float, seconds: float, seed: int = 0) -> Arrivals:
    """rows: in turn; in an open loop: when one comes does not depend on when others have been spoken."""
    dice = np.random.default_rng(seed)
    comings = np.cumsum(dice.exponential(1 / rate, max(1, round(rate * seconds)))).tolist()
    model.speak(rows[:MOST])
    waits: list[float] = []
    audio, largest, served = 0.0, 0, 0
    began = time.perf_counter()
    while served < len(comings):
        now = time.perf_counter() - began
        time.sleep(max(0.0, comings[served] - now))
        now = time.perf_counter() - began
        come = next((index for index in range(served, len(comings)) if comings[index] > now), len(comings))
        batch = range(served, min(max(come, served + 1), served + MOST))
        for place, spoken in model.say([rows[index % len(rows)] for index in batch]):
            waits.append(time.perf_counter() - began - comings[batch[place]])
            audio += sum(spoken.frames) / FRAME_RATE if spoken else 0.0
        served, largest = batch.stop, max(largest, len(batch))
    return Arrivals(rate, tuple(waits), audio, time.perf_counter() - began - comings[0], largest)
