"""Rows of tokens in, speech out."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.arrangement import ALONE, TOGETHER, Arrangement
from synth.engines.kokoro.model.blocks import Breathe, go_on
from synth.engines.kokoro.model.halves import LONGEST, Eager, Halves, Reading, Timed
from synth.engines.kokoro.model.link import Receive, receive, send
from synth.engines.kokoro.model.network import Network, build_network
from synth.engines.kokoro.model.pcm import cut, to_pcm
from synth.engines.kokoro.model.precision import Precision, forbid_tf32, precision_on
from synth.engines.kokoro.model.rates import FRAME_RATE, FRAME_SAMPLES
from synth.engines.kokoro.model.rows import Packed, Padded
from synth.engines.kokoro.model.weights import read_weights

OVERFLOWED = "the network overflowed: its audio has samples that are no numbers"


@dataclass(frozen=True, slots=True)
class Row:
    """tokens: with the silence (0) at both ends; style: [256], of the decoder and of prosody; speed: a factor."""

    tokens: tuple[int, ...]
    style: Tensor
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """pcm: at 24 kHz; frames: of each token, FRAME_SAMPLES samples each."""

    pcm: NDArray[np.int16]
    frames: tuple[int, ...]


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


class Model:
    def __init__(
        self,
        network: Network,
        arrangement: Arrangement = ALONE,
        halves: Halves | None = None,
        receive: Receive = receive,
    ) -> None:
        """halves: of the network, if not step by step."""
        self.network = network
        self._arrangement = arrangement
        self._halves = halves or Eager(network)
        self._receive = receive

    def speak(self, rows: Sequence[Row], breathe: Breathe = go_on) -> list[Spoken]:
        """All of them, in order. See `say`. Raises EngineError also for audio that overflowed."""
        spoken = dict(self.say(rows, breathe))
        if None in spoken.values():
            raise EngineError(OVERFLOWED)
        return [one for index in range(len(rows)) if (one := spoken[index])]

    @torch.inference_mode()
    def say(self, rows: Sequence[Row], breathe: Breathe = go_on) -> Iterator[tuple[int, Spoken | None]]:
        """Each row, by its index, as if it were alone; as soon as it is made, while a card makes the next ones. None:
        its audio overflowed.

        breathe: may speak other rows. Raises EngineError, before the first one, for a row that cannot be spoken.
        """
        groups = [(group, read, self._receive(to_pcm(waves))) for group, read, waves in self._groups(rows, breathe)]
        for group, read, arrival in groups:
            for index, one, pcm in zip(group, read, arrival().numpy(), strict=True):
                own = cut(pcm, one.samples)
                yield index, None if own is None else Spoken(own, one.frames)

    @torch.inference_mode()
    def voice(self, rows: Sequence[Row]) -> list[tuple[Tensor, tuple[int, ...]]]:
        """The same before it is made 16 bits: float32 samples around -1..1, and frames for each token."""
        voiced: dict[int, tuple[Tensor, tuple[int, ...]]] = {}
        for group, read, waves in self._groups(rows):
            for index, one, wave in zip(group, read, waves, strict=True):
                voiced[index] = wave[: one.samples], one.frames
        return [voiced[index] for index in range(len(rows))]

    def _groups(self, rows: Sequence[Row], breathe: Breathe = go_on) -> Iterator[tuple[list[int], list[_Read], Tensor]]:
        """Which rows, what was read of them, and their waves [rows, samples]; sound beyond a row's end has no meaning.

        All tokens first, in groups of like length; then, when the lengths in frames are known, in new groups.
        """
        for row in rows:
            self._check(row)
        if not rows:
            return
        groups = self._arrangement.split([len(row.tokens) for row in rows])
        readings = []
        for group in groups:
            readings.append(self._read([rows[index] for index in group]))
            breathe()
        read = self._count(rows, groups, readings)
        features, sound = (
            torch.cat([getattr(reading, name).flatten(0, 1) for reading in readings]) for name in ("features", "sound")
        )
        for group in self._arrangement.split([read[index].length for index in range(len(rows))]):
            some = [read[index] for index in group]
            yield group, some, self._decode(some, features, sound, breathe)

    def _check(self, row: Row) -> None:
        """On a graphics card a token out of range would end the process."""
        sizes = self.network.architecture
        if not 0 < len(row.tokens) <= sizes.positions:
            raise EngineError(f"a row has {len(row.tokens)} tokens; 1 to {sizes.positions} can be spoken")
        if not all(0 <= token < sizes.symbols for token in row.tokens):
            raise EngineError(f"a row has a token outside 0..{sizes.symbols - 1}")
        if row.style.shape != (2 * sizes.style,):
            raise EngineError(f"a row's style has shape {tuple(row.style.shape)}, not ({2 * sizes.style},)")
        if not (row.speed > 0 and math.isfinite(row.speed)):
            raise EngineError(f"a row's speed is {row.speed}")

    def _read(self, group: Sequence[Row]) -> Reading:
        device = self.network.device
        counts = [len(row.tokens) for row in group]
        width = min(self._arrangement.width(max(counts)), self.network.architecture.positions)
        padded = Padded.of(counts, device, width)
        tokens = torch.zeros(len(group), padded.width, dtype=torch.int64)
        for row, own in zip(tokens, group, strict=True):
            row[: len(own.tokens)] = torch.tensor(own.tokens)
        style = torch.stack([row.style for row in group]).float()
        speed = torch.tensor([row.speed for row in group], dtype=torch.float64)
        return self._halves.read(send(tokens, device), send(style, device), send(speed, device), padded)

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

    def _decode(self, group: Sequence[_Read], features: Tensor, sound: Tensor, breathe: Breathe) -> Tensor:
        """features, sound: of all tokens read, [tokens, ..]."""
        device = self.network.device
        lengths = [read.length for read in group]
        padded = Padded.of(lengths, device, 0 if self._arrangement.packed else self._arrangement.width(max(lengths)))
        layout = Packed(lengths, device) if self._arrangement.packed else padded
        index = send(_align(group, padded.width), device)
        style = send(torch.stack([read.style for read in group]).float(), device)
        timed = Timed(features[index], sound[index], style)
        return self._halves.decode(timed, padded, layout, breathe=breathe)


def open_model(config: Path, weights: Path, device: str = "cpu", precision: Precision | None = None) -> Model:
    """precision: if not what is fastest there and exact. Raises EngineError if the files cannot be read or are of
    another kind of network.
    """
    try:
        architecture = Architecture.read(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise EngineError(f"cannot read the model's config at {config}: {error}") from error
    forbid_tf32()
    place = torch.device(device)
    network = build_network(architecture, read_weights(weights, architecture), place, precision or precision_on(device))
    return Model(network, ALONE if place.type == "cpu" else TOGETHER)


def _align(group: Sequence[_Read], width: int) -> Tensor:
    """Which token each frame belongs to: int64 [rows, width]; what stands behind a row's end has no meaning."""
    index = torch.zeros(len(group), width, dtype=torch.int64)
    for row, read in zip(index, group, strict=True):
        tokens = torch.arange(read.start, read.start + len(read.frames))
        row[: read.length] = torch.repeat_interleave(tokens, torch.tensor(read.frames))
    return index
