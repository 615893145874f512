"""What the first sentence would pay for, before anybody waits: at a first call libraries choose how they compute."""

import time
from collections.abc import Sequence
from contextlib import suppress

import torch

from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.row import Row

SILENCE = 0  # a token that every network has
FAST = 1e6  # a speed at which every token is one frame, so that a row is as long as is wanted, whatever the weights
Shape = tuple[int, int]  # rows, and frames of each
SECOND: Shape = (1, 40)
# A card's libraries plan for each shape, and its kernels are compiled once. Not measured on a card: beginnings of turns
# alone, longer segments, and some at once.
TYPICAL: Sequence[Shape] = (SECOND, (1, 96), (8, 64), (1, 160), (8, 128), (1, 256))
MOST = 5.0  # seconds, after which no further shape is begun; the first one may take longer


def warm_up(model: Model, most: float = MOST) -> None:
    """Speaks what nobody hears. Raises EngineError as `say` does, for weights that can say nothing."""
    ends = time.monotonic() + most
    first, *others = [SECOND] if model.network.device.type == "cpu" else TYPICAL
    speak(model, first)
    with suppress(torch.OutOfMemoryError):  # a card without room for more speaks one by one
        for shape in others:
            if time.monotonic() >= ends:
                return
            speak(model, shape)


def speak(model: Model, shape: Shape) -> None:
    """Waits for all of it."""
    rows, frames = shape
    sizes = model.network.architecture
    row = Row((SILENCE,) * min(frames, sizes.positions), torch.zeros(2 * sizes.style), FAST)
    for _ in model.say([row] * rows):
        pass
