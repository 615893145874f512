"""A network from its files, on a device, and how it is run there."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.arrangement import ALONE, TOGETHER
from synth.engines.kokoro.model.decoder import Decoder
from synth.engines.kokoro.model.generator import Generator
from synth.engines.kokoro.model.graphs import CudaRecorder, Graphs
from synth.engines.kokoro.model.halves import Eager
from synth.engines.kokoro.model.link import on
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.network import Network, build_network
from synth.engines.kokoro.model.precision import Precision, forbid_tf32, precision_on
from synth.engines.kokoro.model.snake import SnakeNorm, snake_norm
from synth.engines.kokoro.model.weights import Weights, read_weights


def open_model(
    config: Path,
    weights: Path,
    device: str = "cpu",
    precision: Precision | None = None,
    *,
    graphs: bool = False,
    kernels: bool = False,
) -> Model:
    """precision: if not what is fastest there and exact; graphs, kernels: on a CUDA device, replay recorded work, and
    fuse the generator's elementwise steps. Raises EngineError if the files cannot be read or are of another kind of
    network, or for what the device does not have.
    """
    architecture, read = read_files(config, weights)
    forbid_tf32()
    place = torch.device(device)
    if (graphs or kernels) and place.type != "cuda":
        raise EngineError(f"graphs and kernels are for CUDA devices, not for {device}")
    precision = precision or precision_on(device)
    snake = fused(precision.decoding) if kernels else snake_norm
    network = build_network(architecture, read, place, precision, snake)
    if place.type == "cpu":
        return Model(network, ALONE)
    with torch.inference_mode(), on(place):
        halves = Graphs(network, CudaRecorder()) if graphs else Eager(network)
    return Model(network, TOGETHER, halves, spare=spare(network, read))


def read_files(config: Path, weights: Path) -> tuple[Architecture, Weights]:
    """Raises EngineError."""
    try:
        architecture = Architecture.read(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise EngineError(f"cannot read the model's config at {config}: {error}") from error
    return architecture, read_weights(weights, architecture)


def spare(network: Network, weights: Weights) -> Eager | None:
    """The same network decoding in float32, if it does not: for rows that are too loud for 16 bits."""
    if network.carrying == torch.float32:
        return None
    plain = weights.to(network.device, torch.float32).part("decoder")
    generator = Generator(network.architecture, plain.part("generator"))
    return Eager(replace(network, carrying=torch.float32, decoder=Decoder(plain), generator=generator))


def fused(giving: torch.dtype) -> SnakeNorm:
    """giving: what convolutions take. Raises EngineError without Triton, which comes with torch for CUDA."""
    try:
        from synth.engines.kokoro.model.kernels import fused_snake  # noqa: PLC0415 - optional
    except ImportError as error:
        raise EngineError(f"kernels need Triton: {error}") from error
    return partial(fused_snake, giving=giving)
