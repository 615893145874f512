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
from torch.nn.utils.rnn import pad_sequence

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.arrangement import ALONE, TOGETHER, Arrangement
from synth.engines.kokoro.model.blocks import Breathe, go_on
from synth.engines.kokoro.model.network import Network, Precision, build_network, precision_on
from synth.engines.kokoro.model.pcm import to_pcm
from synth.engines.kokoro.model.rates import CURVE, FINE, FRAME, FRAME_RATE, FRAME_SAMPLES
from synth.engines.kokoro.model.rows import Packed, Padded
from synth.engines.kokoro.model.weights import read_weights

LONGEST = 120 * FRAME_RATE  # frames; 510 tokens at half speed are some 75 s, and one second needs 30 MB to be decoded


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
    """A row whose tokens have been read. features: [tokens, ..] for prosody; sound: [tokens, ..] for the decoder."""

    features: Tensor
    sound: Tensor
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
    def __init__(self, network: Network, arrangement: Arrangement = ALONE) -> None:
        self.network = network
        self._arrangement = arrangement

    @torch.inference_mode()
    def speak(self, rows: Sequence[Row], breathe: Breathe = go_on) -> list[Spoken]:
        """Each row as if it were alone. Raises EngineError: a row that cannot be spoken, or audio that overflowed.

        breathe: may speak other rows.
        """
        spoken: dict[int, Spoken] = {}
        for group, read, waves in self._groups(rows, breathe):
            for index, one, pcm in zip(group, read, to_pcm(waves, [one.samples for one in read]), strict=True):
                spoken[index] = Spoken(pcm, one.frames)
        return [spoken[index] for index in range(len(rows))]

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
        read: dict[int, _Read] = {}
        for group in self._arrangement.split([len(row.tokens) for row in rows]):
            read |= zip(group, self._read([rows[index] for index in group]), strict=True)
            breathe()
        for group in self._arrangement.split([read[index].length for index in range(len(rows))]):
            some = [read[index] for index in group]
            yield group, some, self._decode(some, breathe)

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

    def _read(self, group: Sequence[Row]) -> list[_Read]:
        network = self.network
        counts = [len(row.tokens) for row in group]
        padded = Padded(counts, network.device)
        tokens = pad_sequence([torch.tensor(row.tokens) for row in group], batch_first=True).to(network.device)
        style = torch.stack([row.style for row in group]).to(network.device, torch.float32)
        prosody_style = style[:, network.architecture.style :].to(network.front)
        meaning = network.encode(network.albert(tokens, padded))
        features = network.durations.encode(meaning, prosody_style, padded)
        durations = network.durations.count(features, padded)
        sound = network.text(tokens, padded)
        speed = torch.tensor([row.speed for row in group], dtype=durations.dtype, device=network.device)
        frames = self._count(durations / speed[:, None], counts)
        return [
            _Read(features[index, :count], sound[index, :count], frames[index], style[index])
            for index, count in enumerate(counts)
        ]

    def _count(self, durations: Tensor, counts: Sequence[int]) -> list[tuple[int, ...]]:
        """Whole frames for each token: the one time that the host waits for the device before there is audio."""
        whole = durations.round().clamp(1, LONGEST).long().tolist()
        frames = [tuple(row[:count]) for row, count in zip(whole, counts, strict=True)]
        if max(map(sum, frames)) > LONGEST:
            raise EngineError(f"a row would last more than {LONGEST // FRAME_RATE} s")
        return frames

    def _decode(self, group: Sequence[_Read], breathe: Breathe) -> Tensor:
        network = self.network
        lengths = [read.length for read in group]
        style, prosody_style = torch.stack([read.style for read in group]).chunk(2, dim=1)
        padded = Padded(lengths, network.device)
        features, sound = (
            _align([(getattr(read, name), read.frames) for read in group]) for name in ("features", "sound")
        )
        pitch, loudness = network.prosody(features, prosody_style.to(network.front), padded)
        pitch, loudness = pitch.float(), loudness.float()
        rows = self._layout(lengths)
        x = network.decoder(
            rows.place(sound, FRAME), rows.place(pitch, CURVE), rows.place(loudness, CURVE), style, rows
        )
        source = rows.place(network.source(pitch, lengths), FINE)
        return network.waves(rows.take(network.generator(x, source, style, rows, breathe=breathe), FINE), padded)

    def _layout(self, lengths: Sequence[int]) -> Padded | Packed:
        if self._arrangement.packed:
            return Packed(lengths, self.network.device)
        return Padded(lengths, self.network.device, self._arrangement.width(max(lengths)))


def open_model(config: Path, weights: Path, device: str = "cpu", precision: Precision | None = None) -> Model:
    """precision: if not what is fastest there and exact. Raises EngineError if the files cannot be read or are of
    another kind of network.
    """
    try:
        architecture = Architecture.read(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise EngineError(f"cannot read the model's config at {config}: {error}") from error
    place = torch.device(device)
    network = build_network(architecture, read_weights(weights, architecture), place, precision or precision_on(device))
    return Model(network, ALONE if place.type == "cpu" else TOGETHER)


def _align(rows: Sequence[tuple[Tensor, tuple[int, ...]]]) -> Tensor:
    """Each token's values once for each of its frames: [rows, frames, channels]; what stands behind has no meaning."""
    device = rows[0][0].device
    sources = [torch.repeat_interleave(torch.arange(len(frames)), torch.tensor(frames)) for _, frames in rows]
    index = pad_sequence(sources, batch_first=True).to(device)
    values = pad_sequence([values for values, _ in rows], batch_first=True)
    return values[torch.arange(len(rows), device=device)[:, None], index]
