"""A sentence decoded in two windows, so that its beginning is heard while the rest is made. An approximation.

Text, pitch, source and what the generator starts from are the whole sentence's and exact; so is what a window's
convolutions see, but for a margin that is thrown away. What is not is the statistics: the first window has only its own
(28 to 31 dB from the whole sentence, measured on random weights), the second those of both (35 to 41 dB).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from synth.engines.kokoro.model.executor import Executor, Inline
from synth.engines.kokoro.model.halves import Sounding
from synth.engines.kokoro.model.network import Network
from synth.engines.kokoro.model.rates import CURVE, FINE, FRAME_RATE, FRAME_SAMPLES, SAMPLE_RATE
from synth.engines.kokoro.model.rows import EPSILON, Padded

MARGIN = 2  # frames; with statistics given it is 59 dB exact (measured by others), so it is not what costs
BEGINNING = FRAME_RATE // 2  # frames of speech in a window, at least
# Of a sentence, in the first window: while that is heard the rest is made, at 0.27 s for a second of it (measured). A
# processor that takes half as long again makes it in time.
SHARE = 3
FADE = SAMPLE_RATE // 100  # samples in which one window becomes the other; they differ by their statistics alone


@dataclass(frozen=True, slots=True)
class Moments:
    """Of each channel over so many steps: its mean, and the sum of the squares of what it is away from it."""

    steps: int
    mean: Tensor
    squares: Tensor

    def joined(self, other: "Moments") -> "Moments":
        """Of the steps of both (Chan, Golub and LeVeque's formula)."""
        total = self.steps + other.steps
        apart = other.mean - self.mean
        squares = self.squares + other.squares + apart.square() * (self.steps * other.steps / total)
        return Moments(total, self.mean + apart * (other.steps / total), squares)


class Window:
    """Rows: one that holds a stretch of a sentence. Statistics are of that stretch and of the window before it."""

    def __init__(self, frames: int, before: "Window | None" = None) -> None:
        self.alone = Padded.of([frames], torch.device("cpu"))
        self.moments: list[Moments] = []  # of each normalisation, in the order of the network's steps
        self._before = iter(before.moments if before else ())

    def place(self, x: Tensor, rate: int) -> Tensor:
        return self.alone.place(x, rate)

    def take(self, x: Tensor, rate: int) -> Tensor:
        return self.alone.take(x, rate)

    def zero(self, x: Tensor, rate: int) -> Tensor:
        return self.alone.zero(x, rate)

    def lead(self, x: Tensor) -> Tensor:
        return self.alone.lead(x)

    def normalise(self, x: Tensor, scale: Tensor, shift: Tensor, rate: int) -> Tensor:  # noqa: ARG002 - all of it is its own
        """As the whole sentence's, of what has been decoded."""
        x = x.to(scale.dtype)
        mean = x.mean(1)
        centred = x - mean[:, None]
        moments = Moments(x.shape[1], mean, centred.square().sum(1))
        self.moments.append(moments)
        if before := next(self._before, None):
            moments = before.joined(moments)
            centred = x - moments.mean[:, None]
        variance = moments.squares / moments.steps
        return torch.addcmul(shift[:, None], centred, (torch.rsqrt(variance + EPSILON) * scale)[:, None])


def split_of(frames: Sequence[int]) -> int | None:
    """Where to part a sentence, of the frames of its tokens; the first and the last are silence.

    None: it is too short.
    """
    total = sum(frames)
    split = max(frames[0] + BEGINNING, math.ceil(total / SHARE))
    return split if total - frames[-1] - split >= BEGINNING else None


def decode_in_two(network: Network, sounding: Sounding, split: int, executor: Executor) -> Iterator[Tensor]:
    """Waves, float32 [samples]: up to this frame, then of all of it, which begin with the same ones."""
    total = sounding.x.shape[1] // CURVE
    inline = Inline(executor.breathe)  # a window knows its statistics by their order
    first = Window(split + MARGIN)
    begun = _decode(network, sounding, 0, first, inline)
    end = split * FRAME_SAMPLES
    yield begun[:end]
    inline.breathe()
    rest = _decode(network, sounding, split - MARGIN, Window(total - split + MARGIN, first), inline)
    rest = rest[MARGIN * FRAME_SAMPLES :]
    rest[:FADE] = torch.lerp(begun[end : end + FADE], rest[:FADE], torch.linspace(0, 1, FADE))
    yield torch.cat([begun[:end], rest])


def _decode(network: Network, sounding: Sounding, start: int, window: Window, executor: Executor) -> Tensor:
    """start: its first frame."""
    end = start + window.alone.width
    x = sounding.x[:, start * CURVE : end * CURVE]
    source = sounding.source[:, start * FINE : end * FINE + 1]
    spectrum = network.generator(x, source, sounding.style, window, executor=executor)
    wave: Tensor = network.waves(spectrum, window.alone)[0]
    return wave
