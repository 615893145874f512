"""A voice at any sample rate, every encoding, and a listener who decodes it."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from gateway.core.formats import ENCODINGS, AudioFormat

Samples = NDArray[np.float64]
WAVS = ("wav", "wav_f32le", "wav_mulaw", "wav_alaw")
CONTAINERS = {"ogg_opus": "ogg", "mp3": "mp3", "aac": "aac", "flac": "flac", **dict.fromkeys(WAVS, "wav")}
RAW = {
    "opus": ("libopus", 48_000),
    "pcm_s16le": ("pcm_s16le", 0),
    "pcm_f32le": ("pcm_f32le", 0),
    "mulaw": ("pcm_mulaw", 0),
    "alaw": ("pcm_alaw", 0),
}
UNDECLARED_DELAY = {"opus": 312, "aac": 1024}  # samples that a listener has to drop itself; Opus counts at 48 kHz
ODD_SIZES = (2, 962, 958, 4, 4800, 1334, 10, 2222)
RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
FORMATS = [
    AudioFormat(name, r).resolved() for name, known in ENCODINGS.items() for r in RATES if r in known.sample_rates
]
DEFAULTS = [AudioFormat(name).resolved() for name in ENCODINGS]

# In dB against the source, at the default bit rates; what is lossless differs by the resampler, and that at its edges.
SIGNAL_TO_NOISE = {
    "ogg_opus": 13,
    "opus": 13,
    "mp3": 15,
    "aac": 30,
    "mulaw": 30,
    "alaw": 30,
    "wav_mulaw": 30,
    "wav_alaw": 30,
    "wav": 41,
    "wav_f32le": 41,
    "flac": 41,
    "pcm_s16le": 41,
    "pcm_f32le": 41,
}
# Neither raw Opus packets nor a streamed MP3 or AAC can say how much of its end counts: up to this many samples do not.
UNDECLARED_TAIL = {"opus": 960, "mp3": 1152, "aac": 1024}


def _name(output: AudioFormat) -> str:
    return f"{output.encoding}-{output.sample_rate}"


@pytest.fixture(params=FORMATS, ids=_name)
def any_format(request: pytest.FixtureRequest) -> AudioFormat:
    return request.param


@pytest.fixture(params=DEFAULTS, ids=_name)
def any_encoding(request: pytest.FixtureRequest) -> AudioFormat:
    return request.param


# To one rate of the two every format has to resample.
@pytest.fixture(params=(pytest.param(24_000, marks=pytest.mark.slow), 22_050))
def input_rate(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture
def voice() -> Callable[[int, int], bytes]:
    """Gives PCM s16le: harmonics of a gliding tone below 3 kHz, so that every sample rate can carry it."""
    return _voice


@lru_cache(maxsize=1000)
def _voice(samples: int, rate: int) -> bytes:
    time = np.arange(samples) / rate
    phase = 2 * np.pi * (180 * time - 40 / (2 * np.pi) * np.cos(2 * np.pi * time))
    tone = sum(np.sin(k * phase) / k for k in range(1, 13))
    loudness = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
    return np.round(7000 * loudness * tone).astype("<i2").tobytes()


@pytest.fixture
def pieces() -> Callable[[bytes], Iterator[bytes]]:
    """Cuts PCM into pieces of odd sizes, whole samples each."""

    def cut(pcm: bytes) -> Iterator[bytes]:
        sizes = cycle(ODD_SIZES)
        start = 0
        while start < len(pcm):
            size = next(sizes)
            yield pcm[start : start + size]
            start += size

    return cut


@dataclass(frozen=True)
class Heard:
    """What a listener decodes: start delay dropped, samples as 16 bit values at the decoder's rate."""

    output: AudioFormat
    rate: int
    samples: Samples

    def length(self, samples: int, input_rate: int) -> int:
        """How long `samples` of the source are here."""
        return round(samples * self.output.sample_rate / input_rate) * self.rate // self.output.sample_rate

    def has_length(self, length: int, pauses: int = 0) -> bool:
        tail = UNDECLARED_TAIL.get(self.output.encoding, 0) * (1 + 2 * pauses)
        return 0 <= len(self.samples) - length <= tail

    def is_the_voice(self, start: int, length: int) -> bool:
        source = np.frombuffer(_voice(length, self.rate), "<i2").astype(float)
        noise = self.samples[start : start + length] - source
        return 10 * np.log10(np.sum(source**2) / (np.sum(noise**2) + 1)) > SIGNAL_TO_NOISE[self.output.encoding]


@pytest.fixture
def listen() -> Callable[[AudioFormat, Iterable[bytes]], Heard]:
    return _listen


def _listen(output: AudioFormat, entries: Iterable[bytes]) -> Heard:
    delay = UNDECLARED_DELAY.get(output.encoding, 0)
    if output.encoding in CONTAINERS:
        rate, samples = _container(CONTAINERS[output.encoding], b"".join(entries))
        return Heard(output, rate, samples[delay:])
    codec, fixed_rate = RAW[output.encoding]
    rate = fixed_rate or output.sample_rate
    samples = _decoded(_decoder(codec, rate), [*map(av.Packet, entries), None])
    return Heard(output, rate, samples[delay:])


def _container(name: str, data: bytes) -> tuple[int, Samples]:
    with av.open(io.BytesIO(data), format=name) as container:
        stream = container.streams.audio[0]
        decoder = stream.codec_context
        if name == "ogg":  # FFmpeg's own Opus decoder, the default, loses up to 8 samples of a stream
            decoder = _decoder("libopus", stream.rate)
            decoder.extradata = stream.codec_context.extradata
        return stream.rate, _decoded(decoder, container.demux(stream))


def _decoder(codec: str, rate: int) -> av.AudioCodecContext:
    context: Any = av.CodecContext.create(codec, "r")
    context.sample_rate, context.layout = rate, "mono"
    return context


def _decoded(decoder: av.AudioCodecContext, packets: Iterable[av.Packet | None]) -> Samples:
    arrays = [frame.to_ndarray().reshape(-1) for packet in packets for frame in decoder.decode(packet)]
    scaled = [array * (1.0 if array.dtype.kind == "i" else 32768.0) for array in arrays]
    return np.concatenate([np.zeros(0), *scaled])
