"""Random weights of the size that training starts from, tuned so that what they speak lasts as long as speech."""

import math

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.inventory import Shape, inventory
from synth.engines.kokoro.model.network import Network, build_network
from synth.engines.kokoro.model.rates import BINS, FRAME_RATE
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.weights import Weights, fold

PACE = 13.5  # phonemes a second; speech has 12 to 15
UNEVENNESS = 0.9  # of the logits from one token to the next: most tokens get 2 to 4 frames
PITCH = 110.0  # Hz
PITCH_SPREAD = 60.0
LOUDNESS = 0.15  # root mean square of the samples
SAMPLE = 120  # tokens in a row that the tuning looks at
STYLE_SPREAD = 0.153  # of the released voices' values

Tensors = dict[str, Tensor]


def make_tensors(architecture: Architecture, seed: int) -> Tensors:
    """A whole checkpoint, by the names of the inventory."""
    generator = torch.Generator().manual_seed(seed)
    tensors: Tensors = {}
    for name, shape in inventory(architecture).items():
        tensors[name] = _draw(name, shape, generator)
    for name in [name for name in tensors if name.endswith("weight_g")]:
        direction = tensors[name.removesuffix("g") + "v"]
        tensors[name] = direction.flatten(1).norm(dim=1)[:, None, None]
    with torch.inference_mode():
        _Tuning(architecture, tensors, generator).run()
    return tensors


def make_voice(architecture: Architecture, seed: int) -> Tensor:
    """[510, 1, 256]: a style for every count of tokens."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(architecture.positions - 2, 1, 2 * architecture.style, generator=generator) * STYLE_SPREAD


def _draw(name: str, shape: Shape, generator: torch.Generator) -> Tensor:
    if "alpha" in name:
        return 0.5 + torch.rand(shape, generator=generator)
    if name.endswith(("LayerNorm.weight", "layer_norm.weight", "gamma")):
        return torch.ones(shape)
    if name.endswith(("LayerNorm.bias", "layer_norm.bias", "beta")):
        return torch.zeros(shape)
    if name.endswith("embedding.weight"):
        return torch.randn(shape, generator=generator)
    if name.startswith("bert."):
        return torch.randn(shape, generator=generator) * 0.02
    fan = math.prod(shape[1:]) or 1
    return (2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(max(fan, shape[0] if len(shape) == 1 else 0))


class _Tuning:
    """Measures the network's parts one after another and sets the last layer of each."""

    def __init__(self, architecture: Architecture, tensors: Tensors, generator: torch.Generator) -> None:
        self._architecture = architecture
        self._tensors = tensors
        counts = [SAMPLE, SAMPLE // 2, SAMPLE // 4]
        self._rows = Padded.of(counts, torch.device("cpu"))
        self._valid = self._rows.within(1)
        tokens = [torch.randint(1, architecture.symbols, (count,), generator=generator) for count in counts]
        self._tokens = pad_sequence(tokens, batch_first=True)
        self._style = torch.randn(len(counts), 2 * architecture.style, generator=generator) * STYLE_SPREAD

    def run(self) -> None:
        features = self._tune_durations()
        pitch, loudness = self._tune_pitch(features)
        self._tune_loudness(pitch, loudness)

    def _network(self) -> Network:
        weights = Weights(fold(dict(self._tensors)))
        return build_network(self._architecture, weights, torch.device("cpu"))

    def _tune_durations(self) -> Tensor:
        """Logits spread evenly around the level at which a token lasts as long as it should, on average."""
        network = self._network()
        style = self._style[:, self._architecture.style :].double()
        meaning = network.encode(network.albert(self._tokens, self._rows))
        features = network.durations.encode(meaning, style, self._rows)
        logits = network.durations.logits(features, self._rows)[self._valid]
        mean, spread = logits.mean(0), logits.std()
        level = _level((logits - mean) * (UNEVENNESS / spread))
        self._scale("predictor.duration_proj.linear_layer", UNEVENNESS / spread, mean, level)
        return features

    def _tune_pitch(self, features: Tensor) -> tuple[Tensor, Tensor]:
        style = self._style[:, self._architecture.style :].double()
        pitch = self._network().prosody(features, style, self._rows)[0]
        flat = pitch[self._rows.within(2)]
        self._scale("predictor.F0_proj", PITCH_SPREAD / flat.std(), flat.mean(), PITCH)
        pitch, loudness = self._network().prosody(features, style, self._rows)
        return pitch.float(), loudness.float()

    def _tune_loudness(self, pitch: Tensor, loudness: Tensor) -> None:
        """The generator's magnitudes are powers of e, so a bias is a factor on the whole sound."""
        network = self._network()
        rows = Padded.of([SAMPLE], torch.device("cpu"))
        style = self._style[:1, : self._architecture.style]
        sound = network.text(self._tokens[:1], rows)
        x = network.decoder(sound, pitch[:1], loudness[:1], style, rows)
        x = network.generator(x, network.source(pitch[:1], rows), style, rows)
        loud = network.waves(x, rows).square().mean().sqrt()
        self._tensors["decoder.generator.conv_post.bias"][:BINS] += torch.log(LOUDNESS / loud)

    def _scale(self, layer: str, factor: Tensor, mean: Tensor, level: float) -> None:
        """Sets a layer that gives `mean` so that it gives `level`, and spreads `factor` times as far."""
        bias = self._tensors[f"{layer}.bias"].double()
        self._tensors[f"{layer}.weight"] *= factor.float()
        self._tensors[f"{layer}.bias"] = ((bias - mean) * factor + level).float()


def _level(logits: Tensor) -> float:
    """What to add so that chances add up to as many frames as a token has at the right pace. By bisection."""
    low, high = -20.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        frames = torch.sigmoid(logits + middle).sum(1).round().clamp(min=1).mean()
        low, high = (low, middle) if frames > FRAME_RATE / PACE else (middle, high)
    return low
