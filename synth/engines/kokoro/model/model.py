"""Rows of tokens in, speech out."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.engines import EngineError
from synth.engines.kokoro.model.arrangement import ALONE, Arrangement
from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.halves import LONGEST, Eager, Halves, Reading, Timed
from synth.engines.kokoro.model.link import Arrival, Receive, on, receive, send
from synth.engines.kokoro.model.network import Network
from synth.engines.kokoro.model.pcm import cut, to_pcm, whole
from synth.engines.kokoro.model.rates import FRAME_RATE, FRAME_SAMPLES
from synth.engines.kokoro.model.row import Row, Spoken
from synth.engines.kokoro.model.rows import Packed, Padded, Rows
from synth.engines.kokoro.model.windows import decode_in_two, split_of

OVERFLOWED = "the network overflowed: its audio has samples that are no numbers"


@dataclass(frozen=True, slots=True)
class _Read:
    """A row whose tokens have been read. start: which of all tokens read, padding included, is its first."""

    start: int
    frames: tuple[int, ...]
    style: Tensor

    @property
    def length(self) -> int:
        """Frames."""
        return sum(self.frames)

    @property
    def samples(self) -> int:
        return self.length * FRAME_SAMPLES


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that are decoded together. indices: of what was asked for; rows, layout: as `decode` is given them."""

    indices: list[int]
    read: list[_Read]
    timed: Timed
    rows: Padded
    layout: Rows


class Model:
    def __init__(
        self,
        network: Network,
        arrangement: Arrangement = ALONE,
        halves: Halves | None = None,
        *,
        spare: Halves | None = None,
        receive: Receive = receive,
    ) -> None:
        """halves: of the network, if not step by step; spare: what decodes a row again that overflowed."""
        self.network = network
        self._arrangement = arrangement
        self._halves = halves or Eager(network)
        self._spare = spare
        self._receive = receive
        self.rescued = 0  # rows, by the spare

    def speak(self, rows: Sequence[Row], executor: Executor = INLINE) -> list[Spoken]:
        """All of them, in order. See `say`. Raises EngineError also for audio that overflowed."""
        spoken = dict(self.say(rows, executor))
        if None in spoken.values():
            raise EngineError(OVERFLOWED)
        return [one for index in range(len(rows)) if (one := spoken[index])]

    @torch.inference_mode()
    def say(self, rows: Sequence[Row], executor: Executor = INLINE) -> Iterator[tuple[int, Spoken | None]]:
        """Each row, by its index, as if it were alone; as soon as it is made, short ones first, while a card makes the
        next ones. None: its audio overflowed, also in float32.

        executor: at its breaths other rows may be spoken. Raises EngineError, before the first one, for a row that
        cannot be spoken.
        """
        groups = self._groups(rows, executor)
        begun: deque[tuple[_Group, Arrival]] = deque()
        while True:
            with on(self.network.device):
                while len(begun) <= self._arrangement.ahead and (group := next(groups, None)):
                    begun.append((group, self._arrive(self._decode(group, executor))))
            if not begun:
                return
            yield from self._said(*begun.popleft())

    def _said(self, group: _Group, arrival: Arrival) -> Iterator[tuple[int, Spoken | None]]:
        for place, pcm in enumerate(arrival().numpy()):
            one = group.read[place]
            own = cut(pcm, one.samples)
            own = self._again(group, place) if own is None else own
            yield group.indices[place], None if own is None else Spoken(own, one.frames)

    @torch.inference_mode()
    def say_early(self, row: Row, begin: Callable[[Spoken], object], executor: Executor = INLINE) -> Spoken | None:
        """On a processor: one row, of which `begin` hears the first samples well before all are made.

        What was begun so is an approximation; what is too short for that is not begun. See `say`.
        """
        [group] = self._groups([row], executor)
        [one] = group.read
        split = split_of(one.frames)
        if split is None:
            waves: Iterator[Tensor] = iter([self._decode(group, executor)[0]])
        else:
            sounding = Eager(self.network).sound(group.timed, group.rows, group.layout, executor)
            waves = decode_in_two(self.network, sounding, split, executor)
            if (pcm := whole(next(waves))) is None:
                return None
            begin(Spoken(pcm, one.frames))
        pcm = whole(next(waves))
        return None if pcm is None else Spoken(pcm, one.frames)

    @torch.inference_mode()
    def voice(self, rows: Sequence[Row]) -> list[tuple[Tensor, tuple[int, ...]]]:
        """The same before it is made 16 bits: float32 samples around -1..1, and frames for each token."""
        voiced: dict[int, tuple[Tensor, tuple[int, ...]]] = {}
        with on(self.network.device):
            for group in self._groups(rows):
                for index, one, wave in zip(group.indices, group.read, self._decode(group), strict=True):
                    voiced[index] = wave[: one.samples], one.frames
        return [voiced[index] for index in range(len(rows))]

    def _groups(self, rows: Sequence[Row], executor: Executor = INLINE) -> Iterator[_Group]:
        """All tokens are read first, in groups of like length; then, as frames are known, rows go in new groups.

        The shortest first: they take the least time, and most are beginnings, for which a listener waits in silence.
        """
        for row in rows:
            row.check(self.network.architecture)
        if not rows:
            return
        groups = self._arrangement.split([len(row.tokens) for row in rows])
        readings = []
        for group in groups:
            readings.append(self._read([rows[index] for index in group], executor))
            executor.breathe()
        read = self._count(rows, groups, readings)
        features, sound = (
            torch.cat([getattr(reading, name).flatten(0, 1) for reading in readings]) for name in ("features", "sound")
        )
        for group in reversed(self._arrangement.split([read[index].length for index in range(len(rows))])):
            yield self._gather(group, [read[index] for index in group], features, sound)

    def _read(self, group: Sequence[Row], executor: Executor) -> Reading:
        device = self.network.device
        counts = [len(row.tokens) for row in group]
        width = min(self._arrangement.width(max(counts)), self.network.architecture.positions)
        padded = Padded.of(counts, device, width)
        tokens = torch.zeros(len(group), padded.width, dtype=torch.int64)
        for row, own in zip(tokens, group, strict=True):
            row[: len(own.tokens)] = torch.tensor(own.tokens)
        style = torch.stack([row.style for row in group]).float()
        speed = torch.tensor([row.speed for row in group], dtype=torch.float64)
        given = send(tokens, device), send(style, device), send(speed, device)
        return self._halves.read(*given, padded, executor=executor)

    def _count(
        self, rows: Sequence[Row], groups: Sequence[Sequence[int]], readings: Sequence[Reading]
    ) -> dict[int, _Read]:
        """Whole frames for each token: the one time that the host waits for the device before there is audio."""
        arrivals = [self._receive(reading.frames) for reading in readings]
        read: dict[int, _Read] = {}
        start = 0
        for group, arrival in zip(groups, arrivals, strict=True):
            for index, frames in zip(group, counts := arrival().tolist(), strict=True):
                read[index] = _Read(start, tuple(frames[: len(rows[index].tokens)]), rows[index].style)
                start += len(counts[0])
        if any(one.length > LONGEST for one in read.values()):
            raise EngineError(f"a row would last more than {LONGEST // FRAME_RATE} s")
        return read

    def _gather(self, indices: list[int], read: list[_Read], features: Tensor, sound: Tensor) -> _Group:
        """features, sound: of all tokens read, [tokens, ..]."""
        device = self.network.device
        lengths = [one.length for one in read]
        packed = self._arrangement.packed
        rows = Padded.of(lengths, device, 0 if packed else self._arrangement.width(max(lengths)))
        index = send(_align(read, rows.width), device)
        style = send(torch.stack([one.style for one in read]).float(), device)
        timed = Timed(features[index], sound[index], style)
        return _Group(indices, read, timed, rows, Packed(lengths, device) if packed else rows)

    def _decode(self, group: _Group, executor: Executor = INLINE) -> Tensor:
        """[rows, samples]; what stands behind a row's end has no meaning."""
        return self._halves.decode(group.timed, group.rows, group.layout, executor=executor)

    def _arrive(self, waves: Tensor) -> Arrival:
        return self._receive(to_pcm(waves))

    def _again(self, group: _Group, place: int) -> NDArray[np.int16] | None:
        """One row alone, by the spare. None: there is none, or it overflows too."""
        if self._spare is None:
            return None
        self.rescued += 1
        timed, own = group.timed, slice(place, place + 1)
        with on(self.network.device):
            rows = Padded.of([group.read[place].length], self.network.device, group.rows.width)
            waves = self._spare.decode(Timed(timed.features[own], timed.sound[own], timed.style[own]), rows, rows)
            return cut(self._arrive(waves)().numpy()[0], group.read[place].samples)


def _align(group: Sequence[_Read], width: int) -> Tensor:
    """Which token each frame belongs to: int64 [rows, width]; what stands behind a row's end has no meaning."""
    index = torch.zeros(len(group), width, dtype=torch.int64)
    for row, read in zip(index, group, strict=True):
        tokens = torch.arange(read.start, read.start + len(read.frames))
        row[: read.length] = torch.repeat_interleave(tokens, torch.tensor(read.frames))
    return index
