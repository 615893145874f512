"""All parts of the network on one device, each replaceable by itself."""

from dataclasses import dataclass

import torch

from synth.engines.kokoro.model.albert import Albert
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.decoder import Decoder
from synth.engines.kokoro.model.durations import Durations
from synth.engines.kokoro.model.generator import Generator
from synth.engines.kokoro.model.linear import Linear
from synth.engines.kokoro.model.precision import Precision
from synth.engines.kokoro.model.prosody import Prosody
from synth.engines.kokoro.model.snake import SnakeNorm, snake_norm
from synth.engines.kokoro.model.source import Source
from synth.engines.kokoro.model.text import TextEncoder
from synth.engines.kokoro.model.waves import Waves
from synth.engines.kokoro.model.weights import Weights


@dataclass(frozen=True, slots=True)
class Network:
    architecture: Architecture
    device: torch.device
    front: torch.dtype
    carrying: torch.dtype
    albert: Albert
    encode: Linear
    durations: Durations
    text: TextEncoder
    prosody: Prosody
    decoder: Decoder
    source: Source
    generator: Generator
    waves: Waves


def build_network(
    architecture: Architecture,
    weights: Weights,
    device: torch.device,
    precision: Precision | None = None,
    snake: SnakeNorm = snake_norm,
) -> Network:
    """snake: what does it, if not step by step."""
    precision = precision or Precision()
    plain = weights.to(device, torch.float32)
    decoding = plain.convolve(precision.decoding, precision.carrying)
    front = {part: weights.part(part).to(device, precision.front) for part in ("bert", "bert_encoder", "predictor")}
    return Network(
        architecture=architecture,
        device=device,
        front=precision.front,
        carrying=precision.carrying,
        albert=Albert(architecture, front["bert"]),
        encode=Linear.of(front["bert_encoder"]),
        durations=Durations(architecture, front["predictor"]),
        text=TextEncoder(architecture, plain.part("text_encoder")),
        prosody=Prosody(front["predictor"]),
        decoder=Decoder(decoding.part("decoder")),
        source=Source(plain.part("decoder.generator"), device, precision.adding),
        generator=Generator(architecture, decoding.part("decoder.generator"), snake),
        waves=Waves(device),
    )
