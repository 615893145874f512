"""Sentences of different lengths in one batch, and what keeps one from hearing another or the padding.

Three things do: statistics over each sentence's own steps, zeros beyond its end wherever a convolution is about to
look there, and its own reflection at its ends. Two layouts offer them. `Padded` gives each sentence a row as long as
the longest one; `Packed` puts all into one row with a gap between them, wider than any convolution reaches.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from synth.engines.kokoro.model.link import send
from synth.engines.kokoro.model.rates import FINE, steps

EPSILON = 1e-5
GAP = 2  # frames; the widest convolution reaches 25 COARSE steps, 1.25 frames


class Rows(Protocol):
    """A tensor "in rows" has this layout, [rows, time, channels]; "per sentence" is [sentences, channels]."""

    def place(self, x: Tensor, rate: int) -> Tensor:
        """One sentence in each row, padded with zeros at the end -> in rows."""

    def take(self, x: Tensor, rate: int) -> Tensor:
        """In rows -> one sentence in each row; what stands behind its end has no meaning."""

    def zero(self, x: Tensor, rate: int) -> Tensor:
        """The same with zeros beyond every sentence's end."""

    def normalise(self, x: Tensor, scale: Tensor, shift: Tensor, rate: int) -> Tensor:
        """Each channel to mean 0 and variance 1 over the sentence's own steps, then scaled and shifted, per sentence.

        What stands beyond a sentence's end has no meaning.
        """

    def lead(self, x: Tensor) -> Tensor:
        """At rate FINE, one step short in front of each sentence: put its second step there, a reflection."""


class Padded:
    """Each sentence in a row of its own.

    lengths: frames of each, int64 on the device; width: frames of a row; full: nothing is padded, so nothing needs
    masking. The host never reads the lengths, so that a card can be given its work ahead of time.
    """

    def __init__(self, lengths: Tensor, width: int, *, full: bool = False) -> None:
        self.lengths = lengths
        self.width = width
        self._full = full
        self._ends: dict[int, Tensor] = {}
        self._masks: dict[int, Tensor] = {}
        self._zeros: dict[torch.dtype, Tensor] = {}

    @classmethod
    def of(cls, frames: Sequence[int], device: torch.device, width: int = 0) -> "Padded":
        """width: if more than the longest sentence has."""
        width = max(width, *frames)
        return cls(send(torch.tensor(frames), device), width, full=min(frames) == width)

    def place(self, x: Tensor, rate: int) -> Tensor:
        missing = steps(self.width, rate) - x.shape[1]
        return torch.nn.functional.pad(x, (0, 0, 0, missing)) if missing else x

    def take(self, x: Tensor, rate: int) -> Tensor:
        return x[:, : steps(self.width, rate)]

    def zero(self, x: Tensor, rate: int) -> Tensor:
        """Not by a factor: what is no number there must not stay."""
        return x if self._full else torch.where(self._mask(rate), x, self._zero(x.dtype))

    def normalise(self, x: Tensor, scale: Tensor, shift: Tensor, rate: int) -> Tensor:
        if self._full:
            return _normalise(x, scale, shift, x.shape[1])
        return _normalise(x, scale, shift, self._counts(rate)[:, None], partial(self.zero, rate=rate))

    def lead(self, x: Tensor) -> Tensor:
        return torch.cat([x[:, 1:2], x], dim=1)

    def within(self, rate: int) -> Tensor | None:
        """[rows, time]: true within the sentence. None: everywhere."""
        return None if self._full else self._mask(rate)[:, :, 0]

    def backwards(self, x: Tensor) -> Tensor:
        """At rate FRAME: each sentence's last step first; what stands behind its end stays there."""
        if self._full:
            return x.flip(1)
        ends = self.lengths[:, None]
        step = torch.arange(self.width, device=ends.device)
        source = torch.where(step < ends, ends - 1 - step, step)
        return x.gather(1, source[:, :, None].expand_as(x))

    def reflect(self, x: Tensor, margin: int, rate: int) -> Tensor:
        """[rows, steps at this rate] -> with so many more at both ends: what each sentence has there, mirrored."""
        if self._full:
            return torch.nn.functional.pad(x[:, None], (margin, margin), mode="reflect")[:, 0]
        last = self.lengths[:, None] * rate - 1
        place = torch.arange(-margin, x.shape[1] + margin, device=x.device).abs()
        return x.gather(1, (last - (last - place).abs()).clamp(min=0))

    def _mask(self, rate: int) -> Tensor:
        """[rows, time, 1]: true within the sentence."""
        if rate not in self._masks:
            step = torch.arange(steps(self.width, rate), device=self.lengths.device)
            self._masks[rate] = (step < self._counts(rate)[:, None])[:, :, None]
        return self._masks[rate]

    def _counts(self, rate: int) -> Tensor:
        """[rows]: steps of each sentence."""
        if rate not in self._ends:
            self._ends[rate] = self.lengths * rate + steps(0, rate)
        return self._ends[rate]

    def _zero(self, dtype: torch.dtype) -> Tensor:
        """On the device, where a card wants it."""
        if dtype not in self._zeros:
            self._zeros[dtype] = torch.zeros((), dtype=dtype, device=self.lengths.device)
        return self._zeros[dtype]


class Packed:
    """All sentences in one row, so many frames of zeros behind each."""

    def __init__(self, frames: Sequence[int], device: torch.device, gap: int = GAP) -> None:
        self._frames = tuple(frames)
        self._device = device
        self._starts = [sum(frames[:index]) + index * gap for index in range(len(frames))]
        self._width = sum(frames) + len(frames) * gap

    def place(self, x: Tensor, rate: int) -> Tensor:
        row = x.new_zeros(1, steps(self._width, rate), x.shape[2])
        for index, span in enumerate(self._spans(rate)):
            row[0, span] = x[index, : span.stop - span.start]
        return row

    def take(self, x: Tensor, rate: int) -> Tensor:
        return pad_sequence([x[0, span] for span in self._spans(rate)], batch_first=True)

    def zero(self, x: Tensor, rate: int) -> Tensor:
        zeroed = torch.zeros_like(x)
        for span in self._spans(rate):
            zeroed[:, span] = x[:, span]
        return zeroed

    def normalise(self, x: Tensor, scale: Tensor, shift: Tensor, rate: int) -> Tensor:
        normalised = torch.zeros_like(x)
        for index, span in enumerate(self._spans(rate)):
            here, one = x[:, span], slice(index, index + 1)
            normalised[:, span] = _normalise(here, scale[one], shift[one], here.shape[1])
        return normalised

    def lead(self, x: Tensor) -> Tensor:
        led = torch.nn.functional.pad(x, (0, 0, 1, 0))
        starts = [start * FINE for start in self._starts]
        led[:, starts] = led[:, [start + 2 for start in starts]]
        return led

    def _spans(self, rate: int) -> list[slice]:
        return [
            slice(start * rate, start * rate + steps(frames, rate))
            for start, frames in zip(self._starts, self._frames, strict=True)
        ]


def _as_it_is(x: Tensor) -> Tensor:
    return x


def _normalise(
    x: Tensor, scale: Tensor, shift: Tensor, count: Tensor | int, own: Callable[[Tensor], Tensor] = _as_it_is
) -> Tensor:
    """Over the steps that `own` leaves, so many in each row; in float32 at least, whatever x is in.

    A batch norm would be a fifth faster on a processor (1 % of all), but its sums are 20 dB less exact (measured); and
    torch.var_mean takes 17 times as long.
    """
    x = x.to(scale.dtype)
    mean = own(x).sum(1) / count
    centred = x - mean[:, None]
    variance = own(centred).square().sum(1) / count
    return torch.addcmul(shift[:, None], centred, (torch.rsqrt(variance + EPSILON) * scale)[:, None])
