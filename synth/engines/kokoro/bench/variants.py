"""The ways in which the network can be run on a card, to be compared."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.arrangement import TOGETHER
from synth.engines.kokoro.model.buckets import READING, SOUND, Buckets
from synth.engines.kokoro.model.graphs import CudaRecorder, Graphs, Record, Work
from synth.engines.kokoro.model.halves import Eager
from synth.engines.kokoro.model.link import on
from synth.engines.kokoro.model.loading import fused, read_files
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.network import build_network
from synth.engines.kokoro.model.precision import Precision, forbid_tf32
from synth.engines.kokoro.model.snake import snake_norm
from synth.engines.kokoro.model.weights import Weights


@dataclass(frozen=True, slots=True)
class Variant:
    decoding: torch.dtype = torch.float32
    graphs: bool = False
    kernels: bool = False

    @property
    def name(self) -> str:
        parts = [str(self.decoding).removeprefix("torch."), "graphs" if self.graphs else "eager"]
        return ", ".join([*parts, "kernels"] if self.kernels else parts)


EAGER = Variant()
FUSED = Variant(torch.float16, kernels=True)
# What may break a card's context comes last.
VARIANTS = (
    EAGER,
    Variant(torch.float16),
    Variant(torch.bfloat16),
    Variant(torch.float32, graphs=True),
    Variant(torch.float16, graphs=True),
    FUSED,
    Variant(torch.float16, graphs=True, kernels=True),
    Variant(torch.bfloat16, graphs=True, kernels=True),
    Variant(torch.float32, graphs=True, kernels=True),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Builds variants of one checkpoint on one device. reading, sound: the shapes that graphs are recorded for."""

    config: Path
    weights: Path
    device: torch.device
    reading: Buckets = READING
    sound: Buckets = SOUND

    def build(self, variant: Variant) -> Model:
        """Raises EngineError for kernels without Triton."""
        forbid_tf32()
        architecture, weights = _read(self.config, self.weights)
        precision = Precision(torch.float64, variant.decoding, variant.decoding, torch.float64)
        snake = fused(variant.decoding) if variant.kernels else snake_norm
        network = build_network(architecture, weights, self.device, precision, snake)
        if not variant.graphs:
            return Model(network, TOGETHER, Eager(network))
        with torch.inference_mode(), on(self.device):
            return Model(network, TOGETHER, Graphs(network, self._recorder(), self.reading, self.sound))

    def _recorder(self) -> Record:
        return CudaRecorder() if self.device.type == "cuda" else again


@cache
def _read(config: Path, weights: Path) -> tuple[Architecture, Weights]:
    """Once for all variants: a second each."""
    return read_files(config, weights)


def again(work: Work) -> tuple[Callable[[], None], tuple[Tensor, ...]]:
    """In place of a graph, for a processor: the work itself, from the same places into the same places."""
    made = work()

    def replay() -> None:
        for place, value in zip(made, work(), strict=True):
            place.copy_(value)

    return replay, made
