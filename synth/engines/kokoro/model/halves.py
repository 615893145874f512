"""The network's two halves: from tokens to durations, and from durations to waves. Nothing in them asks the device.

Between the two the host must know how many frames there are. Within each it only gives work, which a card may do later,
or have recorded and do again.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from torch import Tensor

from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.network import Network
from synth.engines.kokoro.model.rates import CURVE, FINE, FRAME, FRAME_RATE
from synth.engines.kokoro.model.rows import Padded, Rows

LONGEST = 120 * FRAME_RATE  # frames; 510 tokens at half speed are some 75 s, and one second needs 30 MB to be decoded


@dataclass(frozen=True, slots=True)
class Reading:
    """[rows, tokens, ..] each. features: for prosody; sound: for the decoder; frames: int64, of each token. What stands
    behind a row's end has no meaning.
    """

    features: Tensor
    sound: Tensor
    frames: Tensor


@dataclass(frozen=True, slots=True)
class Timed:
    """[rows, frames, ..] each, what was read stretched to its durations; style: float32 [rows, 256]."""

    features: Tensor
    sound: Tensor
    style: Tensor


class Sounding(NamedTuple):
    """What the generator makes waves of, in rows: x at rate CURVE, source at FINE; style per sentence."""

    x: Tensor
    source: Tensor
    style: Tensor


class Halves(Protocol):
    def read(
        self, tokens: Tensor, style: Tensor, speed: Tensor, rows: Padded, *, executor: Executor = INLINE
    ) -> Reading:
        """tokens: int64 [rows, tokens]; style: float32 [rows, 256]; speed: float64 [rows]."""

    def decode(self, timed: Timed, rows: Padded, layout: Rows, *, executor: Executor = INLINE) -> Tensor:
        """layout: of the decoder -> waves, float32 [rows, samples]; what stands behind a row's end has no meaning."""


@dataclass(frozen=True, slots=True)
class Eager:
    """Step by step, as it is written."""

    network: Network

    def read(
        self, tokens: Tensor, style: Tensor, speed: Tensor, rows: Padded, *, executor: Executor = INLINE
    ) -> Reading:
        network = self.network
        sound = executor.submit(lambda _: network.text(tokens, rows))
        voice = style[:, network.architecture.style :].to(network.front)
        features = network.durations.encode(network.encode(network.albert(tokens, rows)), voice, rows)
        durations = network.durations.count(features, rows) / speed.to(network.front)[:, None]
        frames = durations.nan_to_num(LONGEST + 1).round().clamp(1, LONGEST + 1).long()
        return Reading(features, sound(), frames)

    def decode(self, timed: Timed, rows: Padded, layout: Rows, *, executor: Executor = INLINE) -> Tensor:
        network, sounding = self.network, self.sound(timed, rows, layout, executor)
        spectrum = network.generator(*sounding, layout, executor=executor)
        return network.waves(layout.take(spectrum, FINE), rows)

    def sound(self, timed: Timed, rows: Padded, layout: Rows, executor: Executor = INLINE) -> Sounding:
        """All that goes before the generator, a fifth of the work."""
        network = self.network
        style, voice = timed.style.chunk(2, dim=1)
        curves = network.prosody(timed.features, voice.to(network.front), rows, executor=executor)
        pitch, loudness = (curve.float() for curve in curves)
        source = executor.submit(lambda _: layout.place(network.source(pitch, rows), FINE))
        sound = layout.place(timed.sound.to(network.carrying), FRAME)
        x = network.decoder(sound, layout.place(pitch, CURVE), layout.place(loudness, CURVE), style, layout)
        return Sounding(x, source(), style)
